; The probe, and `perform`: processes that run by themselves, each by a script, and write down when
; they had a CPU. tests/model.py makes the scripts and reads what was written.
;
; RDI is the table, in shared memory: ESI entries of what a process does (its script), where it
; writes, how long a gap is, and room for its number. It ends when all of them have.
;
; A script is steps of eight words: what it is, and
;     CALL    the number of a system call, six arguments
;     ASK     the same; the first argument is the address of the word that is to be the first
;     SPIN    computes so many times
;     UNTIL   computes until the CPU's counter shows that much
;
; What is written is four words: the counter before something and after it, what it
; was (a call's result, GAP, END) and the CPU that it goes on at.

%include "probe.asm"

ENTRY_SCRIPT equ 0
ENTRY_LOG    equ 8
ENTRY_GAP    equ 16
ENTRY_PID    equ 24
ENTRY_BYTES  equ 32

CALL_STEP    equ 0
ASK_STEP     equ 1
SPIN_STEP    equ 2
UNTIL_STEP   equ 3
STEP_BYTES   equ 64

GAP          equ 1 << 40
END          equ 1 << 41
SPIN_ROUNDS  equ 500
CPU_SELECTOR equ 0x7b                   ; its limit is the CPU's number, as on Linux

NR_FORK      equ 57
NR_WAIT4     equ 61

section .text
global perform, counter

; A system call, and EDX:EAX = the CPU's counter after it.
counter:
    syscall
    rdtsc
    jmp     stop

perform:
    mov     r12, rdi
    mov     r13d, esi
.fork:
    mov     eax, NR_FORK
    syscall
    test    rax, rax
    jz      play
    mov     [r12 + ENTRY_PID], rax
    add     r12, ENTRY_BYTES
    dec     r13d
    jnz     .fork
.wait:
    mov     rdi, -1
    xor     esi, esi
    xor     edx, edx
    xor     r10d, r10d
    mov     eax, NR_WAIT4
    syscall
    test    rax, rax
    jg      .wait
    jmp     stop

; R12: the step, R13: where it writes, R14: when it last knew to be running, and R8 on which CPU,
; R15: what is a gap.
play:
    mov     r13, [r12 + ENTRY_LOG]
    mov     r15, [r12 + ENTRY_GAP]
    mov     r12, [r12 + ENTRY_SCRIPT]
    call    now
    mov     r14, rax
step:
    mov     rax, [r12]
    mov     rbp, [r12 + 8]
    cmp     rax, SPIN_STEP
    jae     spin
    call    now
    mov     r14, rax
    mov     rdi, [r12 + 16]
    cmp     qword [r12], ASK_STEP
    jne     .direct
    mov     rdi, [rdi]
.direct:
    mov     rsi, [r12 + 24]
    mov     rdx, [r12 + 32]
    mov     r10, [r12 + 40]
    mov     r8, [r12 + 48]
    mov     r9, [r12 + 56]
    mov     rax, rbp
    syscall
    mov     rbp, rax
    call    now
    mov     rdx, rbp
    call    record
    add     r12, STEP_BYTES
    jmp     step

spin:
    pause                               ; other CPUs have their turn
    mov     ecx, SPIN_ROUNDS
.round:
    dec     ecx
    jnz     .round
    call    now
    mov     rdx, rax
    sub     rdx, r14
    cmp     rdx, r15
    jae     .gap
    cmp     ecx, r8d
    je      .no_gap
.gap:
    mov     rdx, GAP
    call    record
.no_gap:
    mov     r14, rax
    cmp     qword [r12], UNTIL_STEP
    je      .until
    dec     rbp
    jnz     spin
    jmp     .end
.until:
    cmp     rax, rbp
    jb      spin
.end:
    mov     rdx, END
    call    record
    add     r12, STEP_BYTES
    jmp     step

; RAX = the counter, RCX: the CPU. RDX is lost.
now:
    rdtsc
    shl     rdx, 32
    or      rax, rdx
    mov     ecx, CPU_SELECTOR
    lsl     ecx, ecx
    ret

; RAX: the counter, RCX: the CPU, RDX: what it was.
record:
    mov     [r13], r14
    mov     [r13 + 8], rax
    mov     [r13 + 16], rdx
    mov     [r13 + 24], rcx
    mov     r8d, ecx
    add     r13, 32
    mov     r14, rax
    ret
