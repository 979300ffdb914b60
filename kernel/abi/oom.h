/*
 * /proc/PID/oom_score_adj (proc(5)).
 */
#ifndef LIMEN_ABI_OOM_H
#define LIMEN_ABI_OOM_H

#define OOM_SCORE_ADJ_MIN (-1000) /* never chosen */
#define OOM_SCORE_ADJ_MAX 1000

#endif
