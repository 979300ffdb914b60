; The context switch itself: what C can't say. Everything else of a switch is in thread.c.

%include "arch/x86_64/entry.inc"

global switch_stacks

section .text progbits alloc exec nowrite align=16

; struct thread *switch_stacks(struct thread *prev, struct thread *next)
; in: RDI = prev, RSI = next (their arch.sp), interrupts off. Returns on next's stack, with prev.
; A sleeping thread's stack: r15 r14 r13 r12 rbx rbp, return address.
switch_stacks:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov [rdi + THREAD_SP], rsp
    mov rsp, [rsi + THREAD_SP]
    mov rax, rdi
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret
