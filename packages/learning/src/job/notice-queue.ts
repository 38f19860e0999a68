import type { Logger } from '@ddai/core';

/** Notices to the outside that must arrive at least once, in order. */
export interface NoticeQueue {
  add(notice: () => Promise<void>): void;
  /** Delivers what is waiting; a notice that fails stays first and is tried again next time. */
  deliver(): Promise<void>;
}

export function createNoticeQueue(jobId: string, logger: Logger): NoticeQueue {
  const waiting: (() => Promise<void>)[] = [];
  return {
    add: (notice) => {
      waiting.push(notice);
    },
    deliver: async () => {
      for (let notice = waiting[0]; notice !== undefined; notice = waiting[0]) {
        try {
          await notice();
        } catch (error) {
          logger.error({ jobId, error }, 'a notice of the job was not taken; will retry');
          return;
        }
        waiting.shift();
      }
    },
  };
}
