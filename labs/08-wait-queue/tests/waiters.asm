; The probe, a handler of signals, and processes that are busy with each other without being led:
; writers and readers of one channel, begun at `crowd`.

%include "probe.asm"

NR_READ         equ 0
NR_WRITE        equ 1
NR_CLOSE        equ 3
NR_RT_SIGRETURN equ 15
NR_FORK         equ 57
NR_EXIT         equ 60
NR_WAIT4        equ 61
NR_KILL         equ 62
SIGUSR1         equ 10
EINTR           equ 4

; What the host puts at the arena's start, for all processes.
struc plan
.reader:        resd 1          ; descriptors
.writer:        resd 1
.readers:       resd 1          ; how many processes
.writers:       resd 1
.rounds:        resd 1          ; writes of each writer
.signals:       resd 1          ; not 0: each child gets signals all the time, so long a while apart
.unit:          resd 1          ; bytes: each write and read is of so many, or some times as many
.most_written:  resd 1          ; units of one write, at most
.most_read:     resd 1          ; of one read
                resd 1
.log:           resq 1          ; shared memory, LOG_BYTES for each reader
.seed:          resq 1
endstruc

; A reader's log: how many bytes it has read, its last result, and the bytes.
struc log
.size:          resq 1
.result:        resq 1
.bytes:
endstruc
LOG_BYTES       equ 1 << 18

STATUS          equ 1016        ; in the arena: a child's
PIDS            equ 1024        ; in the arena: of the children
BUFFER          equ 4096        ; in the arena: what is written
CAUGHT          equ 512         ; in the arena: signals that `handler` has caught

section .text
global crowd, pair, await, handler, restorer

; Two system calls in a row: the second one's RAX, RDI, RSI and RDX are in R12, R13, R14 and R8.
; R15 = the first one's result, RAX = the second one's.
pair:
    syscall
    mov     r15, rax
    mov     rax, r12
    mov     rdi, r13
    mov     rsi, r14
    mov     rdx, r8
    jmp     enter

; Once the word at R15 is not 0, a system call, as `enter`.
await:
    pause
    cmp     qword [r15], 0
    je      await
    jmp     enter

; void handler(int): counts. And what leads back from it.
handler:
    lea     rax, [arena + CAUGHT]
    inc     qword [rax]
    ret
restorer:
    mov     eax, NR_RT_SIGRETURN
    syscall

; A number from 1 to ESI, in EAX; R14 is the state of xorshift64 (Marsaglia 2003).
random:
    mov     rax, r14
    shl     rax, 13
    xor     r14, rax
    mov     rax, r14
    shr     rax, 7
    xor     r14, rax
    mov     rax, r14
    shl     rax, 17
    xor     r14, rax
    mov     eax, r14d
    xor     edx, edx
    div     esi
    lea     eax, [rdx + 1]
    ret

; Comes to `stop` with RAX = how many children have ended well.
crowd:
    lea     rbp, [arena]
    xor     r12d, r12d                      ; child number
.more:
    mov     eax, NR_FORK
    syscall
    test    eax, eax
    jz      child
    mov     [rbp + PIDS + 4 * r12], eax
    inc     r12d
    mov     eax, [rbp + plan.readers]
    add     eax, [rbp + plan.writers]
    cmp     r12d, eax
    jb      .more
    mov     edi, [rbp + plan.reader]
    mov     eax, NR_CLOSE
    syscall
    mov     edi, [rbp + plan.writer]
    mov     eax, NR_CLOSE
    syscall
    xor     r13d, r13d
.wait:
    mov     rdi, -1
    lea     rsi, [rbp + STATUS]
    xor     edx, edx
    cmp     dword [rbp + plan.signals], 0
    setne   dl                              ; WNOHANG
    xor     r10d, r10d
    mov     eax, NR_WAIT4
    syscall
    test    rax, rax
    jz      .disturb
    js      .done
    cmp     dword [rbp + STATUS], 0
    jne     .wait
    inc     r13d
    jmp     .wait
.done:
    mov     eax, r13d
    jmp     stop

; Each child gets a signal; those that have ended don't mind. Then a while of nothing.
.disturb:
    xor     r15d, r15d
.child:
    mov     edi, [rbp + PIDS + 4 * r15]
    mov     esi, SIGUSR1
    mov     eax, NR_KILL
    syscall
    inc     r15d
    cmp     r15d, r12d
    jb      .child
    mov     ecx, [rbp + plan.signals]
.pause:
    pause
    dec     ecx
    jnz     .pause
    jmp     .wait

child:
    lea     r14d, [r12 + 1]
    imul    r14, [rbp + plan.seed]
    mov     eax, [rbp + plan.readers]
    cmp     r12d, eax
    jb      reader
    sub     r12d, eax

; Writer R12: round after round, some units; the 8 bytes of each word tell what it is: which of the
; write's bytes they begin with, how many bytes it has, which round it is, whose it is. Of smaller
; units the bytes count on.
writer:
    mov     edi, [rbp + plan.reader]
    mov     eax, NR_CLOSE
    syscall
    xor     r13d, r13d                      ; round
    xor     r15d, r15d                      ; bytes so far
.round:
    mov     esi, [rbp + plan.most_written]
    call    random
    imul    eax, [rbp + plan.unit]
    mov     ebx, eax
    xor     ecx, ecx
.fill:
    cmp     dword [rbp + plan.unit], 8
    jne     .count
    mov     eax, r12d
    shl     rax, 16
    or      rax, r13
    shl     rax, 16
    or      rax, rbx
    shl     rax, 16
    or      rax, rcx
    mov     [rbp + BUFFER + rcx], rax
    add     ecx, 8
    jmp     .filled
.count:
    mov     [rbp + BUFFER + rcx], r15b
    inc     r15d
    inc     ecx
.filled:
    cmp     ecx, ebx
    jb      .fill
    lea     rsi, [rbp + BUFFER]
.write:
    mov     edi, [rbp + plan.writer]
    mov     edx, ebx
    mov     eax, NR_WRITE
    syscall
    cmp     rax, -EINTR
    je      .write
    test    rax, rax
    jle     failed
    add     rsi, rax
    sub     ebx, eax
    jnz     .write
    inc     r13d
    cmp     r13d, [rbp + plan.rounds]
    jb      .round
    xor     edi, edi
    jmp     exit

; Reader R12: all that it gets goes to its log.
reader:
    mov     edi, [rbp + plan.writer]
    mov     eax, NR_CLOSE
    syscall
    mov     rbx, r12
    imul    rbx, rbx, LOG_BYTES
    add     rbx, [rbp + plan.log]
    lea     r13, [rbx + log.bytes]
.read:
    mov     esi, [rbp + plan.most_read]
    call    random
    imul    eax, [rbp + plan.unit]
    mov     edx, eax
.again:
    mov     edi, [rbp + plan.reader]
    mov     rsi, r13
    mov     eax, NR_READ
    syscall
    cmp     rax, -EINTR
    je      .again
    mov     [rbx + log.result], rax
    test    rax, rax
    jle     .end
    add     r13, rax
    add     [rbx + log.size], rax
    cmp     qword [rbx + log.size], LOG_BYTES - 16384
    jb      .read
    jmp     failed
.end:
    js      failed
    mov     edi, [rbp + plan.reader]        ; the end is for ever
    mov     rsi, r13
    mov     edx, 1
    xor     eax, eax                        ; NR_READ
    syscall
    cmp     rax, -EINTR
    je      .end
    test    rax, rax
    jnz     failed
    xor     edi, edi
    jmp     exit
failed:
    mov     edi, 1
exit:
    mov     eax, NR_EXIT
    syscall
