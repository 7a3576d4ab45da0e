import Graph from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';
import { useEffect, useRef, useState } from 'react';
import Sigma from 'sigma';
import type { NodeDisplayData, PartialButFor } from 'sigma/types';
import type { Settings } from 'sigma/settings';
import { lines, nearest, neighbours, shapeOf, shownNodes, spread, type Chart } from './graph';
import { NodeShape } from './NodeShape';
import css from './workspace.module.css';

interface Props {
  chart: Chart;
  /** Nodes in the light of the selection; the others are dimmed, never gone. */
  light: ReadonlySet<string>;
  active: string | null;
  onActive: (id: string | null) => void;
  onExpand: (id: string) => void;
  onLost: () => void;
}

const SIZES = { organization: 15, person: 14, account: 13, address: 12, phone: 12, protected: 14, other: 12 };

function ink(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  const [r = 0, g = 0, b = 0] = color.match(/\d+(\.\d+)?/g)?.map(Number) ?? [];
  return `#${[r, g, b].map((one) => Math.round(one).toString(16).padStart(2, '0')).join('')}`;
}

interface Inks {
  dark: string;
  middle: string;
  back: string;
  accent: string;
  line: string;
  dim: string;
}

function inks(): Inks {
  return { dark: ink('--text-1'), middle: ink('--text-2'), back: ink('--surface'), accent: ink('--accent'), line: ink('--text-3'), dim: ink('--line-2') };
}

/** Labels stand under the node, in the application's own font. */
function drawLabel(colors: Inks) {
  return (context: CanvasRenderingContext2D, data: PartialButFor<NodeDisplayData, 'x' | 'y' | 'size' | 'label' | 'color'>, settings: Settings): void => {
    if (!data.label) return;
    const text = data.label.length > 30 ? `${data.label.slice(0, 29)}…` : data.label;
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    context.textAlign = 'center';
    context.lineWidth = 3;
    context.strokeStyle = colors.back;
    context.strokeText(text, data.x, data.y + data.size + 14);
    context.fillStyle = colors.dark;
    context.fillText(text, data.x, data.y + data.size + 14);
  };
}

/** New nodes begin beside what they hang on, so that the picture grows instead of jumping. */
function place(graph: Graph, chart: Chart, id: string, index: number): { x: number; y: number } {
  const near = neighbours(chart, id).find((one) => graph.hasNode(one));
  const around = near ? { x: graph.getNodeAttribute(near, 'x') as number, y: graph.getNodeAttribute(near, 'y') as number } : { x: 0, y: 0 };
  const angle = index * 2.399963;
  return { x: around.x + Math.cos(angle) * (4 + index * 0.15), y: around.y + Math.sin(angle) * (4 + index * 0.15) };
}

const LAYOUT_MAX = 2_000;
const SPREAD_MAX = 400;

/** The layout knows no sizes; names and shapes shall not lie on one another. */
function keepApart(graph: Graph): void {
  const ids = graph.nodes();
  const found = spread(ids.map((id) => ({ x: graph.getNodeAttribute(id, 'x') as number, y: graph.getNodeAttribute(id, 'y') as number })));
  ids.forEach((id, index) => graph.mergeNodeAttributes(id, found[index] ?? {}));
}

function fill(graph: Graph, chart: Chart, colors: Inks): void {
  const shown = new Set(shownNodes(chart).map((one) => one.id));
  graph.filterNodes((id) => !shown.has(id)).forEach((id) => graph.dropNode(id));
  shownNodes(chart).forEach((node, index) => {
    const shape = shapeOf(node);
    const look = {
      label: node.caption,
      size: SIZES[shape],
      color: shape === 'person' || shape === 'address' ? colors.middle : colors.dark,
      shape,
      back: colors.back,
      mark: colors.accent,
      ring: false,
    };
    if (graph.hasNode(node.id)) graph.mergeNodeAttributes(node.id, look);
    else graph.addNode(node.id, { ...look, ...place(graph, chart, node.id, index) });
  });
  graph.clearEdges();
  for (const line of lines(chart)) {
    const onPath = chart.path.includes(line.source) && chart.path.includes(line.target);
    graph.addEdgeWithKey(line.id, line.source, line.target, { label: line.label, size: onPath ? 3.5 : Math.min(3.5, 2.2 + Math.log2(line.count) / 2), color: onPath ? colors.accent : colors.line });
  }
  if (graph.order > 1 && graph.order <= LAYOUT_MAX) {
    forceAtlas2.assign(graph, { iterations: graph.order > 300 ? 60 : 220, settings: { gravity: 1, scalingRatio: 14, slowDown: 4, adjustSizes: false, barnesHutOptimize: graph.order > 300 } });
    if (graph.order <= SPREAD_MAX) keepApart(graph);
  }
}

function shade(graph: Graph, chart: Chart, light: ReadonlySet<string>, colors: Inks): void {
  for (const node of shownNodes(chart)) {
    if (!graph.hasNode(node.id)) continue;
    const shape = shapeOf(node);
    const full = shape === 'person' || shape === 'address' ? colors.middle : colors.dark;
    graph.mergeNodeAttributes(node.id, { color: light.has(node.id) ? full : colors.dim, label: light.has(node.id) ? node.caption : '' });
  }
  graph.forEachEdge((edge, _, a, b) => {
    const onPath = chart.path.includes(a) && chart.path.includes(b);
    graph.setEdgeAttribute(edge, 'color', light.has(a) && light.has(b) ? (onPath ? colors.accent : colors.line) : colors.dim);
  });
}

function start(box: HTMLElement, graph: Graph, colors: Inks): Sigma {
  return new Sigma(graph, box, {
    nodeProgramClasses: { shape: NodeShape },
    defaultNodeType: 'shape',
    defaultDrawNodeLabel: drawLabel(colors),
    defaultDrawNodeHover: drawLabel(colors),
    labelFont: 'Inter Variable, sans-serif',
    labelSize: 11.5,
    labelWeight: '560',
    labelRenderedSizeThreshold: 5,
    labelDensity: 1.4,
    renderEdgeLabels: true,
    edgeLabelSize: 10.5,
    edgeLabelFont: 'Inter Variable, sans-serif',
    edgeLabelColor: { color: colors.middle },
    zIndex: true,
    stagePadding: 70,
    minCameraRatio: 0.1,
    maxCameraRatio: 4,
  });
}

/** The chart in WebGL, in the colours of the theme it was made under (its owner makes it anew for another). The same content is always in the list beside it; without WebGL only the list is there. */
export function ChartView({ chart, light, active, onActive, onExpand, onLost }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const graph = useRef(new Graph({ type: 'undirected', multi: false }));
  const sigma = useRef<Sigma | null>(null);
  const [colors] = useState(inks);
  useEffect(() => {
    if (!box.current) return undefined;
    try {
      sigma.current = start(box.current, graph.current, colors);
    } catch {
      onLost();
      return undefined;
    }
    const drawn = sigma.current;
    drawn.on('clickNode', ({ node }) => onActive(node));
    drawn.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      onExpand(node);
    });
    drawn.on('clickStage', () => onActive(null));
    return () => {
      drawn.kill();
      sigma.current = null;
    };
  }, [colors, onActive, onExpand, onLost]);
  useEffect(() => {
    fill(graph.current, chart, colors);
    sigma.current?.refresh();
  }, [chart, colors]);
  useEffect(() => {
    shade(graph.current, chart, light, colors);
    sigma.current?.refresh();
  }, [chart, light, colors]);
  useEffect(() => {
    graph.current.forEachNode((id) => graph.current.setNodeAttribute(id, 'ring', id === active));
  }, [active, chart, colors]);
  const onKey = (event: React.KeyboardEvent) => {
    if (!active || !graph.current.hasNode(active) || !event.key.startsWith('Arrow')) return;
    const at = (id: string) => ({ id, x: graph.current.getNodeAttribute(id, 'x') as number, y: graph.current.getNodeAttribute(id, 'y') as number });
    const next = nearest(at(active), neighbours(chart, active).map(at), event.key);
    event.preventDefault();
    if (next) onActive(next);
  };
  return (
    <div
      className={css.chart}
      ref={box}
      tabIndex={0}
      role="application"
      aria-label="Link chart. Arrow keys walk to linked nodes; the list shows the same content."
      data-nodes={shownNodes(chart).length}
      onKeyDown={onKey}
    />
  );
}
