import { NOT_SUPPORTED_VALUES } from '../unsupported.ts';
import type { Fields } from '../yaml/fields.ts';
import { readBoolean } from '../yaml/scalars.ts';

/**
 * Asking for native histograms is let through: a target that has them exposes the classic form in its text too, and
 * Prometheus' own example file asks. Storing the native form in place of the classic one is refused.
 */
export function warnOfNativeHistograms(fields: Fields): void {
  if (fields.read('scrape_native_histograms', readBoolean)) {
    const place = fields.placeOf('scrape_native_histograms');
    place.warn('scrape_native_histograms is not supported: histograms are read in their classic form');
  }
  if (fields.read('convert_classic_histograms_to_nhcb', readBoolean)) {
    const refusal = NOT_SUPPORTED_VALUES.convert_classic_histograms_to_nhcb;
    fields.reportRefusal('convert_classic_histograms_to_nhcb', refusal);
  }
}
