// Push in both directions → how it stands, for `tin status`.
import type { Db } from '../store/db.ts';
import { countDeliveries } from '../store/delivery.ts';
import { listHubTallies } from '../store/push-body.ts';
import { countPushes } from '../store/push.ts';
import { countSubscriptions } from '../store/subscription.ts';
import { countWebhooks, listWebhooks } from '../store/webhook.ts';

/** Our hub's subscribers, our subscriptions with a record of each hub (at most 20), and partners' webhooks. */
export async function readHubStatus(db: Db) {
  const [subscribers, deliveries, subscriptions, hubs, webhooks, endpoints] = await Promise.all([
    countSubscriptions(db),
    countDeliveries(db),
    countPushes(db),
    listHubTallies(db, 20),
    countWebhooks(db),
    listWebhooks(db, 1_000),
  ]);
  const disabled = endpoints.filter((endpoint) => endpoint.disabledAt !== null);
  return { subscribers, deliveries, subscriptions, hubs, webhooks, disabled };
}

/** The same as lines for a person; what is not used at all is not mentioned. */
export function hubLines(status: Awaited<ReturnType<typeof readHubStatus>>): string[] {
  const { subscribers, deliveries, subscriptions, hubs, webhooks, disabled } = status;
  const lines: string[] = [];
  if (subscribers.all + subscribers.unverified > 0)
    lines.push(
      `Hub: ${subscribers.all} nơi đăng ký (${subscribers.failing} đang lỗi, ${subscribers.unverified} chờ xác minh); ${deliveries.waiting} chờ báo, lâu nhất ${Math.round(deliveries.oldestSeconds)} s`,
    );
  if (subscriptions.active + subscriptions.asked + subscriptions.denied > 0)
    lines.push(
      `Báo đẩy tin cho ta: ${subscriptions.active} nguồn (${subscriptions.trusted} đáng tin, ${subscriptions.asked} đang xin, ${subscriptions.denied} bị từ chối)`,
    );
  for (const hub of hubs)
    lines.push(
      `  ${hub.hubUrl}: đẩy ${hub.pushes} lần, ${hub.brought} bài; bỏ sót ${hub.missed} bài; ${hub.forged} lần sai chữ ký`,
    );
  if (webhooks.open + webhooks.disabled > 0)
    lines.push(
      `Webhook: ${webhooks.open} mở (${webhooks.failing} đang lỗi), ${webhooks.disabled} đã tắt; ${webhooks.waiting} sự kiện chờ`,
    );
  for (const endpoint of disabled)
    lines.push(
      `Webhook ${endpoint.id} (${endpoint.name}) đã tắt: ${endpoint.disabledReason ?? ''}. Mở lại: tin webhooks enable ${endpoint.id}`,
    );
  return lines;
}
