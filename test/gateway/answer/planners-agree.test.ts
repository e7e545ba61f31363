import { describePlanners } from '../fixture/planners.ts';

describePlanners(40, 20_260_301);
