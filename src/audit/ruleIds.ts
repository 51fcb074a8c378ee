/** Ids of every rule whose level can be set. Apart from the rules themselves, which only the worker needs to load. */
export const RULE_IDS: readonly string[] = (
  'TH01 TH02 TH03 TH04 TH05 TH06 TH07 TH08 TH09 TH10 TH11 TH12 TH13 TH14 TH15 TH16 TH17 TH18 TH19 TH20 TH21 ' +
  'TT01 TT02 TT03 TT04 TT05 TT06 TT07 TT08 TT09 TT10 TT11 TT12 TT13 TT14 TT15 ' +
  'QC01 QC02 QC03 QC04 QC05 QC06 QC07 QC08 QC09 QC10 QC11 QC12 SE01 SE02 SE03 MT01 MT02'
).split(' ');
