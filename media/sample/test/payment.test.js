'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { calculateSuccessRate, chargeCard } = require('../src/payment');

it('charges the card', async () => {
  const receipt = await chargeCard({ number: '4242 4242 4242 4242' }, 1250);
  assert.equal(receipt.status, 'succeeded');
});

it('counts the charges that went through', () => {
  assert.equal(calculateSuccessRate([{ status: 'succeeded' }, { status: 'declined' }]), 50);
});
