// SPDX-License-Identifier: Apache-2.0
// The parts of ECharts that are used, in a file of their own, so that they are fetched only with the first chart.
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function startChart(element: HTMLElement): EChartsType {
  return init(element);
}
