"""How much of each article lies in the warehouse."""


class OutOfStock(Exception):
    """Raised when more is taken than there is."""


class Stock:
    def __init__(self):
        self._pieces = {}

    def put(self, article, pieces):
        self._pieces[article] = self._pieces.get(article, 0) + pieces

    def take(self, article, pieces):
        left = self._pieces.get(article, 0) - pieces
        if left < 0:
            raise OutOfStock(f"{article}: {-left} too many")
        self._pieces[article] = left
        return left
