"use client";
/** The properties of every group and resource, one fold per object. */
import { cn } from "@bulkhead/ui/cn.ts";
import { Disclosure } from "@bulkhead/ui/disclosure.tsx";
import Link from "next/link";
import { groupFormPath, resourceFormPath } from "../../shell/places.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { resourceTitle } from "../groups/resource-text.ts";
import { groupProperties, type Property, resourceProperties } from "./policy-model.ts";

export function PolicyTable({ cluster }: { cluster: MscsCluster }) {
  if (cluster.groups.length === 0) return <p className="text-muted">The policy has no groups.</p>;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {cluster.groups.map((group) => (
        <article key={group.name} className="rounded-md border bg-surface px-4 py-3">
          <Head name={group.name} href={groupFormPath(cluster.name, group.name)} />
          <Properties list={groupProperties(group)} />
          <div className="mt-3 grid gap-2">
            {group.resources.map((resource) => (
              <Disclosure key={resource.name} summary={resourceTitle(resource)}>
                <div className="border-l-2 border-line-strong pl-3">
                  <Properties list={resourceProperties(resource)} />
                  <Link
                    href={resourceFormPath(cluster.name, group.name, resource.name)}
                    className="text-dense font-medium text-active hover:underline"
                  >
                    Edit {resource.name}
                  </Link>
                </div>
              </Disclosure>
            ))}
          </div>
        </article>
      ))}
    </div>
  );
}

function Head({ name, href }: { name: string; href: string }) {
  return (
    <p className="flex flex-wrap items-baseline justify-between gap-x-4">
      <span className="font-semibold">{name}</span>
      <Link href={href} className="text-dense font-medium text-active hover:underline">
        Edit {name}
      </Link>
    </p>
  );
}

function Properties({ list }: { list: readonly Property[] }) {
  return (
    <dl className="mt-1 grid gap-x-5 gap-y-1 text-dense sm:grid-cols-[160px_minmax(0,1fr)]">
      {list.map(({ term, text, isDefault }) => (
        <div key={term} className="contents">
          <dt className="text-muted max-sm:mt-1">{term}</dt>
          <dd className={cn("min-w-0 break-words", isDefault && "text-muted")}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
