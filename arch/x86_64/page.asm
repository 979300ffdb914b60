; Whole pages, by 8-byte string instructions: as fast as bytes on CPUs that have fast byte strings,
; and fast on those that have not.

%include "kernel/abi/cfi.inc"

PAGE_WORDS equ 4096 / 8

global page_clear
global page_copy

section .text progbits alloc exec nowrite align=16

; void page_clear(void *page)
; in: RDI. Clobbers RAX RCX RDI.
page_clear:
    CFI_FUNCTION
    xor eax, eax
    mov ecx, PAGE_WORDS
    rep stosq
    ret
    CFI_END

; void page_copy(void *to, const void *from)
; in: RDI, RSI. Clobbers RCX RSI RDI.
page_copy:
    CFI_FUNCTION
    mov ecx, PAGE_WORDS
    rep movsq
    ret
    CFI_END
