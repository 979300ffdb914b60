; Processes that are busy with each other, without being led: three write to a pipe, their parent
; reads all of it. tests/labs/test_cast.py begins it at `crowd` and waits for `stop`, where RAX is
; the number of bytes. Else it is the probe.

%include "probe.asm"

ROUNDS    equ 40
WRITERS   equ 3
NR_READ   equ 0
NR_WRITE  equ 1
NR_CLOSE  equ 3
NR_PIPE   equ 22
NR_FORK   equ 57
NR_EXIT   equ 60
NR_WAIT4  equ 61

section .text
global crowd
crowd:
    lea     rdi, [arena]
    mov     eax, NR_PIPE
    syscall
    mov     r12d, WRITERS
.more:
    mov     eax, NR_FORK
    syscall
    test    eax, eax
    jz      writer
    dec     r12d
    jnz     .more
    mov     edi, [arena + 4]
    mov     eax, NR_CLOSE
    syscall
    xor     ebx, ebx
.read:
    mov     edi, [arena]
    lea     rsi, [arena + 64]
    mov     edx, 100
    mov     eax, NR_READ
    syscall
    add     rbx, rax
    test    rax, rax
    jg      .read
.wait:
    mov     rdi, -1
    xor     esi, esi
    xor     edx, edx
    xor     r10d, r10d
    mov     eax, NR_WAIT4
    syscall
    test    rax, rax
    jg      .wait
    mov     rax, rbx
    jmp     stop

writer:
    mov     r13d, ROUNDS
.write:
    mov     edi, [arena + 4]
    lea     rsi, [arena]
    mov     edx, 8
    mov     eax, NR_WRITE
    syscall
    dec     r13d
    jnz     .write
    xor     edi, edi
    mov     eax, NR_EXIT
    syscall
