/*
 * Characters of a terminal: how wide they are, and the VT100's line drawing set.
 */
#ifndef LIMEN_LIB_VT_CHARSET_H
#define LIMEN_LIB_VT_CHARSET_H

#include <stdint.h>

/*
 * Cells that a character takes: 0 if it combines with the one before or is invisible (Unicode's
 * general categories Mn and Cf), 2 if it is one of the wide ones of East Asia (EastAsianWidth.txt)
 * or a pictograph, else 1.
 */
unsigned vt_code_width(uint32_t code);

/* What an ASCII character means in DEC's line drawing set (terminfo's acsc); itself mostly. */
uint32_t vt_graphics_code(uint32_t code);

#endif
