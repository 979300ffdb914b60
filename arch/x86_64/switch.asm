; The context switch itself, and idling: what C can't say. Everything else of a switch is in
; thread.c.

%include "arch/x86_64/entry.inc"

global switch_stacks
global cpu_idle_wait
global cpu_idle_halt

section .text progbits alloc exec nowrite align=16

; struct thread *switch_stacks(struct thread *prev, struct thread *next)
; in: RDI = prev, RSI = next (their arch.sp), interrupts off. Returns on next's stack, with prev.
; A sleeping thread's stack: r15 r14 r13 r12 rbx rbp, return address.
switch_stacks:
    CFI_FUNCTION
    CFI_PUSH rbp
    CFI_PUSH rbx
    CFI_PUSH r12
    CFI_PUSH r13
    CFI_PUSH r14
    CFI_PUSH r15
    mov [rdi + THREAD_SP], rsp
    mov rsp, [rsi + THREAD_SP]
    mov rax, rdi
    CFI_POP r15
    CFI_POP r14
    CFI_POP r13
    CFI_POP r12
    CFI_POP rbx
    CFI_POP rbp
    ret
    CFI_END

; void cpu_idle_wait(void)
; Clobbers nothing. STI holds interrupts back until the instruction behind it is done (SDM vol. 2,
; STI), so one that is pending ends the HLT. But an NMI may come in between, and when it returns
; nothing is held back any more: the HLT would sleep over what the interrupt brought. nmi() in
; trap.c lets such an NMI return behind it.
cpu_idle_wait:
    CFI_FUNCTION
    sti
cpu_idle_halt:
    hlt
    ret
    CFI_END
