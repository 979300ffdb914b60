; The probe: a program without a will of its own. The grader stops it at `stop` through QEMU's gdb
; server, sets its registers, and lets it go on at one of the entries below; each does one thing and
; comes back to `stop`. So what it does, with which numbers, is decided on the host, step by step,
; and nothing in it tells what is asked next.
;
; arena: ARENA_BYTES of memory, touched before the first stop: the grader may write there. Nothing
; is mapped behind it.
;
; A lab's own program includes this file and adds its entries.

ARENA_BYTES equ 65536
PAGE_BYTES  equ 4096

bits 64
default rel
global _start, stop, enter, park, yield, load, store, arena, arena_end

section .text
_start:
    lea     rdi, [arena]
    mov     ecx, ARENA_BYTES / PAGE_BYTES
.touch:
    mov     byte [rdi], 0
    add     rdi, PAGE_BYTES
    dec     ecx
    jnz     .touch
stop:
%ifmacro go_on
    go_on                               ; mailbox.asm
%else
    jmp     stop
%endif

; One system call: RAX and its arguments are set.
enter:
    syscall
    jmp     stop

; Where a process is while another one has its turn: it gives the CPU away (sched_yield).
park:
    mov     eax, 24
yield:
    syscall
    pause
    jmp     park

; RAX = the eight bytes at RDI.
load:
    mov     rax, [rdi]
    jmp     stop

; The eight bytes at RDI = RSI.
store:
    mov     [rdi], rsi
    jmp     stop

section .bss align=PAGE_BYTES
arena:
    resb    ARENA_BYTES
arena_end:
