'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { addItem, total } = require('../src/cart');

describe('cart', () => {
  const rope = { name: 'rope', cents: 1250, quantity: 2 };

  it('adds an item and leaves the old cart alone', () => {
    const empty = { items: [] };
    assert.deepEqual(addItem(empty, rope).items, [rope]);
    assert.deepEqual(empty.items, []);
  });

  it('multiplies by the quantity', () => {
    assert.equal(total({ items: [rope, { name: 'hook', cents: 300, quantity: 1 }] }), 2800);
  });

  it('refuses half an item', () => {
    assert.throws(() => addItem({ items: [] }, { ...rope, quantity: 0.5 }), RangeError);
  });
});
