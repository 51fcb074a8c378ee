export enum Zone {
  Harbour,
  Coast,
  Overseas,
}

const BASE_CENTS: Record<Zone, number> = {
  [Zone.Harbour]: 0,
  [Zone.Coast]: 490,
  [Zone.Overseas]: 1990,
};

/** Shipping in cents: a base price for the zone and 150 for every kilogram begun past the second. */
export function shippingCents(zone: Zone, kilograms: number): number {
  const extra = Math.max(0, Math.ceil(kilograms) - 2);
  return BASE_CENTS[zone] + extra * 150;
}
