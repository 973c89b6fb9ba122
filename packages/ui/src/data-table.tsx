"use client";
/**
 * A dense table that sorts, narrows and exports. The order holds still while the pointer or the focus is inside, so that
 * nothing jumps away under a press; the values themselves go on living.
 */
import { ArrowDown, ArrowUp, Download } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "./cn.ts";
import { csvText, downloadText } from "./csv.ts";
import { hasWords } from "./search.ts";
import { SearchField } from "./search-field.tsx";
import { type Sorting, sortedKeys } from "./sort.ts";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Plain value: for sorting and export. A column without it does neither. */
  value?: (row: Row) => string | number | null;
  align?: "left" | "right";
  className?: string;
}

export interface DataTableProps<Row> {
  /** Names the table for screen readers, and the exported file. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Shown in place of rows. */
  empty?: ReactNode;
  initialSort?: Sorting;
  rowClassName?: (row: Row) => string | undefined;
  /** The row that the rest of the page is about; marked, and told to screen readers. */
  currentKey?: string | null;
  exportable?: boolean;
  /** With a field above the table that narrows it: by words in the plain values of its rows. What it says when empty. */
  searchFor?: string;
}

/** The table; it scrolls sideways inside its own frame on narrow screens. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const [text, setText] = useState("");
  const { label, columns, rows, searchFor } = props;
  if (searchFor === undefined) return <PlainTable {...props} />;
  const shown = rows.filter((row) => hasWords(rowText(columns, row), text));
  const none = rows.length > 0 ? "Nothing fits these words." : props.empty;
  return (
    <div className="grid min-w-0 gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <SearchField
          label={`Find in ${label.toLowerCase()}`}
          placeholder={searchFor}
          value={text}
          onChange={setText}
        />
        <span role="status" className="text-dense text-muted">
          {shown.length === rows.length ? "" : `${shown.length} of ${rows.length}`}
        </span>
      </div>
      <PlainTable {...props} rows={shown} empty={none} />
    </div>
  );
}

function rowText<Row>(columns: readonly Column<Row>[], row: Row): string {
  return columns.map((column) => column.value?.(row) ?? "").join(" ");
}

function PlainTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowKey } = props;
  const [sorting, setSorting] = useState<Sorting | null>(props.initialSort ?? null);
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  const value = columns.find((each) => each.id === sorting?.id)?.value;
  const order = sortedKeys(rows, { rowKey, sorting, value, keep: held });
  const hold = () => setHeld(order);
  const release = () => setHeld(null);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only holds the order still; it is no control.
    <div className="min-w-0" onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={release}>
      <div className="relative overflow-x-auto rounded-md border bg-surface">
        <table aria-label={props.label} className="w-full border-collapse text-dense">
          <thead>
            <tr>
              {columns.map((each) => (
                <HeaderCell
                  key={each.id}
                  column={each}
                  sorting={sorting}
                  onSort={(next) => {
                    setHeld(null);
                    setSorting(next);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((key) => {
              const row = byKey.get(key);
              return row === undefined ? null : (
                <BodyRow
                  key={key}
                  row={row}
                  columns={columns}
                  className={props.rowClassName?.(row)}
                  isCurrent={props.currentKey === key}
                />
              );
            })}
          </tbody>
        </table>
        {rows.length === 0 ? (
          <div className="border-t px-4 py-6 text-muted">{props.empty ?? "Nothing here."}</div>
        ) : null}
      </div>
      {props.exportable && rows.length > 0 ? <ExportButton {...props} /> : null}
    </div>
  );
}

function HeaderCell<Row>({
  column,
  sorting,
  onSort,
}: {
  column: Column<Row>;
  sorting: Sorting | null;
  onSort: (next: Sorting) => void;
}) {
  const mine = sorting?.id === column.id ? sorting.direction : null;
  const next: Sorting = { id: column.id, direction: mine === "up" ? "down" : "up" };
  return (
    <th
      scope="col"
      aria-sort={mine === "up" ? "ascending" : mine === "down" ? "descending" : undefined}
      className={cn(
        "px-3 py-2 text-left font-medium whitespace-nowrap text-muted",
        column.align === "right" && "text-right",
        column.className,
      )}
    >
      {column.value ? (
        <button
          type="button"
          onClick={() => onSort(next)}
          className="inline-flex items-center gap-1 hover:text-text"
        >
          {column.header}
          {mine === "up" ? (
            <ArrowUp aria-hidden className="size-3" />
          ) : mine === "down" ? (
            <ArrowDown aria-hidden className="size-3" />
          ) : null}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

function BodyRow<Row>({
  row,
  columns,
  className,
  isCurrent,
}: {
  row: Row;
  columns: readonly Column<Row>[];
  className: string | undefined;
  isCurrent: boolean;
}) {
  return (
    <tr
      aria-current={isCurrent ? "true" : undefined}
      className={cn(
        "border-t bg-surface hover:bg-sunken",
        isCurrent && "bg-active-soft shadow-[inset_3px_0_0_var(--active)] hover:bg-active-soft",
        className,
      )}
    >
      {columns.map((column) => (
        <td
          key={column.id}
          className={cn(
            "h-10 px-3 py-1.5 align-middle",
            column.align === "right" && "text-right",
            column.className,
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function ExportButton<Row>({ label, columns, rows }: DataTableProps<Row>) {
  const exported = columns.filter((column) => column.value);
  const save = () => {
    const lines = rows.map((row) => exported.map((column) => column.value?.(row) ?? null));
    const name = `${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`;
    downloadText(name, csvText([exported.map((column) => column.header), ...lines]), "text/csv");
  };
  return (
    <button
      type="button"
      onClick={save}
      className="mt-1.5 inline-flex items-center gap-1.5 text-[12px] text-muted hover:text-text"
    >
      <Download aria-hidden className="size-3.5" /> Export as CSV
    </button>
  );
}
