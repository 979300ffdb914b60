/*
 * What has scrolled off the top of a terminal screen, and looking back at it; see vt.h. A ring of
 * whole lines: history_next is where the next one goes, history_count how many there are.
 */
#include "kernel/lib/vt.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

void vt_history_init(struct vt *vt, struct vt_cell *cells, unsigned lines)
{
    vt->history = cells;
    vt->history_lines = lines;
    vt_history_drop(vt);
}

void vt_history_drop(struct vt *vt)
{
    vt->history_next = 0;
    vt->history_count = 0;
}

void vt_history_push(struct vt *vt, const struct vt_cell *line)
{
    if (vt->history_lines == 0)
        return;
    memcpy(vt->history + (size_t)vt->history_next * vt->columns, line, vt->columns * sizeof(*line));
    vt->history_next = (vt->history_next + 1) % vt->history_lines;
    vt->history_count = min(vt->history_count + 1, vt->history_lines);
}

/* The line that scrolled off so many before the next one will; 1: the last. */
static const struct vt_cell *history_line(const struct vt *vt, unsigned back)
{
    unsigned at = (vt->history_next + vt->history_lines - back) % vt->history_lines;

    return vt->history + (size_t)at * vt->columns;
}

const struct vt_cell *vt_row(const struct vt *vt, unsigned row)
{
    if (row < vt->view_back)
        return history_line(vt, vt->view_back - row);
    return vt->cells + (size_t)vt->line[row - vt->view_back] * vt->columns;
}

void vt_look(struct vt *vt, int lines)
{
    int back = (int)vt->view_back + lines;

    back = max(0, min(back, (int)vt->history_count));
    if ((unsigned)back == vt->view_back)
        return;
    vt->view_back = (unsigned)back;
    vt_dirty_all(vt);
}
