import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import type { Machine } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import { plural } from '../terminal/dates.ts';
import { attempted, type Finding, failed, ok, warning } from './finding.ts';

/** Checks whether alarms reach anybody: an address that was not confirmed gets none. */
export function examineSubscription(topicArn: string, { region }: Machine): Promise<Finding[]> {
  const about = { check: 'subscription' as const, subject: topicArn.split(':').at(-1) ?? topicArn };
  const mayRead = 'Use credentials that may sns:ListSubscriptionsByTopic.';
  return attempted(about, mayRead, async () => {
    const client = new SNSClient(settingsIn(region));
    const all: Subscription[] = [];
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn }))
      all.push(...(page.Subscriptions ?? []));
    const confirmed = all.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
    const pending = all.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
    const heard = `${plural(confirmed.length, 'confirmed subscription')}`;
    const confirm = `Follow the link in the mail to ${pending.map(({ Endpoint }) => Endpoint).join(', ')}.`;
    if (pending.length > 0) {
      const seen = `${heard}, and ${pending.length} that nobody has confirmed`;
      return [confirmed.length > 0 ? warning(about, seen, confirm) : failed(about, seen, confirm)];
    }
    if (confirmed.length > 0) return [ok(about, heard)];
    return [
      failed(
        about,
        'nobody is subscribed: alarms ring unheard',
        'Set alarmEmail, or subscribe to the topic.',
      ),
    ];
  });
}
