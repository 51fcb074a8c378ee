'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { placeOrder } = require('../src/orders');

test('hands the order over', async () => {
  const accepted = [];
  const warehouse = { accept: async (order) => accepted.push(order) };
  assert.equal(await placeOrder(warehouse, { number: 7 }), true);
  assert.deepEqual(accepted, [{ number: 7 }]);
});
