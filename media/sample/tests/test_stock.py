import unittest

from inventory.stock import OutOfStock, Stock


class StockTest(unittest.TestCase):
    def test_take_leaves_the_rest(self):
        stock = Stock()
        stock.put("rope", 5)
        self.assertEqual(stock.take("rope", 2), 3)

    def test_more_than_there_is_cannot_be_taken(self):
        stock = Stock()
        stock.put("rope", 1)
        with self.assertRaises(OutOfStock):
            stock.take("rope", 2)


if __name__ == "__main__":
    unittest.main()
