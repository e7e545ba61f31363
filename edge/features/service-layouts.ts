import type { FeatureValue } from '../../core/codec/layout.ts';
import type { ReadPlan, ViewPlan } from '../../core/online/read-plan.ts';
import { planOf, type WindowPlan } from '../../core/windows/plan.ts';
import { ServiceLayout } from '../../schema/service-layout.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

type LayoutView = NonNullable<ServiceLayout['views']>[number];

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_PLANS = 1_000;

/** Where the online store has the features of services: asked of a feature server once for each pinned service. */
export class ServiceLayouts {
  readonly #control: ControlPlane;
  readonly #timeoutMs: number;
  readonly #plans = new Map<string, Promise<ReadPlan | null>>();

  constructor(control: ControlPlane, { timeoutMs }: { readonly timeoutMs: number }) {
    this.#control = control;
    this.#timeoutMs = timeoutMs;
  }

  /** Null where only a feature server can read it. Throws where nobody can say; it is asked again then. */
  planOf(service: string): Promise<ReadPlan | null> {
    const known = this.#plans.get(service);
    if (known) return known;
    if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
    const asked = this.#ask(service);
    this.#plans.set(service, asked);
    asked.catch(() => this.#plans.delete(service));
    return asked;
  }

  async #ask(service: string): Promise<ReadPlan | null> {
    // Another version of it may be the newest one tomorrow.
    if (!/@\d+$/.test(service)) return null;
    const path = `/v1/features/services/${encodeURIComponent(service)}/layout`;
    const { bytes } = await this.#control.get(path, { timeoutMs: this.#timeoutMs, maxBytes: MAX_BYTES });
    const { views, ...told } = ServiceLayout.parse(JSON.parse(new TextDecoder().decode(bytes)));
    if (views === null) return null;
    const keyNames = new Set(views.flatMap(({ joinKeys }) => joinKeys.map(({ name }) => name)));
    return { ...told, views: views.map(viewPlanOf), keyNames };
  }
}

const viewPlanOf = ({ windows, schemaVersion, fields, ...view }: LayoutView): ViewPlan => ({
  ...view,
  layout: { schemaVersion, fields },
  windows: windows && windowPlanOf(windows),
  networks: null,
});

const windowPlanOf = ({ withIds, windows }: NonNullable<LayoutView['windows']>): WindowPlan =>
  planOf(
    windows.map(({ where, ...window }) => ({
      ...window,
      where: where && {
        ...where,
        category: where.category && { ...where.category, oneOf: where.category.oneOf.map(categoryOf) },
      },
    })),
    withIds,
  );

const categoryOf = (value: number | boolean | string | null | { readonly int64: string }): FeatureValue =>
  typeof value === 'object' && value !== null ? BigInt(value.int64) : value;
