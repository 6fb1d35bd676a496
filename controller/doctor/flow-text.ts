/** A flow that `ovs-ofctl dump-flows` printed, as far as the doctor needs it. */
export type InstalledText = ReturnType<typeof parseFlows>[number];

/** Where no priority is printed it is this one (OFP_DEFAULT_PRIORITY). */
const DEFAULT_PRIORITY = 32_768;

/** The flows in the output of `ovs-ofctl -O OpenFlow13 dump-flows`; other lines are ignored. */
export function parseFlows(text: string) {
  return text.split('\n').flatMap(line => parseFlow(line) ?? []);
}

function parseFlow(line: string) {
  const found = /^\s*(cookie=.*?)\s*actions=(.*)$/.exec(line);
  if (found === null) return undefined;
  const [, head = '', actions = ''] = found;
  const number = (name: string) => new RegExp(`(?:^|[ ,])${name}=(0x[0-9a-f]+|\\d+)`).exec(head)?.[1];
  const counts = /^(?:cookie|duration|table|n_packets|n_bytes|idle_timeout|hard_timeout|importance|idle_age|hard_age|priority)=/;
  const flags = /^(?:send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts)$/;
  const words = head.split(/,\s*|\s+/).filter(word => word !== '' && !counts.test(word) && !flags.test(word));
  return {
    table: Number(number('table') ?? 0),
    priority: Number(number('priority') ?? DEFAULT_PRIORITY),
    cookie: BigInt(number('cookie') ?? 0),
    packets: Number(number('n_packets') ?? 0),
    /** `arp,arp_spa=10.0.0.100`; empty: every packet. */
    match: words.join(','),
    actions,
  };
}
