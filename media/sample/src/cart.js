'use strict';

/** Adds an item to a cart and returns the new cart; the old one stays as it is. */
function addItem(cart, item) {
  if (!Number.isInteger(item.quantity) || item.quantity < 1) {
    throw new RangeError(`quantity must be a positive whole number, got ${item.quantity}`);
  }
  return { ...cart, items: [...cart.items, item] };
}

/** The total in cents. */
function total(cart) {
  return cart.items.reduce((sum, item) => sum + item.cents * item.quantity, 0);
}

module.exports = { addItem, total };
