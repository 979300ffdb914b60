; Exceptions and interrupts: 256 stubs, and the two roads that they take into C
; (SDM vol. 3, 6.14: 64-bit mode).
;
; Each stub leaves the same picture: the CPU's five words, an error code (0 where the CPU pushes
; none) and, where user RDI will be saved, the vector.
;
;     ss  sp  flags  cs  ip  error  vector <- RSP
;
; Plain vectors use the current kernel stack, or TSS.RSP0's coming from user mode. GS is the user's
; if and only if the saved CS is.
; Paranoid vectors (NMI, #DF, #MC, #DB) can hit anywhere, also in the few instructions of the entry
; code where GS or RSP is not yet, or no longer, the kernel's. They come on stacks of their own.
; From user mode they move to the thread's stack and go the plain way. From kernel mode they ask
; neither CS nor GS whose GS it is: they save GS's base, load the kernel's from the top slot of the
; IST stack (gdt.c), and put the saved one back when they leave.

%include "arch/x86_64/entry.inc"

MSR_GS_BASE     equ 0xc0000101
VECTORS         equ 256
AT_CS           equ 24              ; offsets in the picture above
STUB_SIZE       equ 16

extern trap_dispatch
extern return_to_user
extern percpu_kernel_sp

global interrupt_stubs

section .text.entry progbits alloc exec nowrite align=16

%macro STUB 1
    align STUB_SIZE, db 0xcc
%if %1 == 8 || (%1 >= 10 && %1 <= 14) || %1 == 17 || %1 == 21 || %1 == 29 || %1 == 30
    CFI_FRAME 6                         ; the CPU has pushed an error code
%else
    CFI_FRAME 5
    SAVE 0
%endif
    push %1
    CFI_CFA CFI_rsp, 7
%if %1 == 1 || %1 == 2 || %1 == 8 || %1 == 18
    jmp paranoid_entry
%else
    jmp plain_entry
%endif
%endmacro

    align STUB_SIZE
interrupt_stubs:
    CFI_CROSSING
%assign vector 0
%rep VECTORS
    STUB vector
%assign vector vector + 1
%endrep
    CFI_END

plain_entry:
    CFI_CROSSING
    CFI_FRAME 6
    CFI_CFA CFI_rsp, 7
    cld
    CLAC_SITE
    test byte [rsp + AT_CS], 3
    jz .kernel
    swapgs
    xchg rdi, [rsp]                     ; RDI = vector
    CFI_FRAME 7
    SAVE rsi
    jmp frame_from_user
    CFI_FRAME 6
    CFI_CFA CFI_rsp, 7
.kernel:
    xchg rdi, [rsp]
    CFI_FRAME 7
    SAVE rsi
    SAVE_FROM_DX rax
    mov esi, edi                        ; trap_dispatch(regs, vector, error)
    mov rdx, [rsp + REGS_ORIG_AX]
    mov qword [rsp + REGS_ORIG_AX], -1
    mov rdi, rsp
    CFI_CALL trap_dispatch
    RESTORE_REGS
    add rsp, 8
    CFI_FRAME 5
    iretq
    CFI_END

; RDI = vector; user's RDI and RSI are saved, GS is the kernel's.
frame_from_user:
    CFI_CROSSING
    CFI_FRAME 8
    SAVE_FROM_DX rax
    mov esi, edi
    mov rdx, [rsp + REGS_ORIG_AX]
    mov qword [rsp + REGS_ORIG_AX], -1
    mov rdi, rsp
    xor ebp, ebp
    CFI_CALL trap_dispatch
    jmp return_to_user
    CFI_END

paranoid_entry:
    CFI_CROSSING
    CFI_FRAME 6
    CFI_CFA CFI_rsp, 7
    cld
    CLAC_SITE
    test byte [rsp + AT_CS], 3
    jnz .from_user
    xchg rdi, [rsp]
    CFI_FRAME 7
    SAVE rsi
    SAVE_FROM_DX rax
    mov r12d, edi
    mov ecx, MSR_GS_BASE                ; the old base into R14 (high) and R15 (low)
    rdmsr
    mov r14d, edx
    mov r15d, eax
    mov rax, [rsp + REGS_SIZE]          ; the IST stack's top slot
    mov rdx, rax
    shr rdx, 32
    wrmsr
    mov rdi, rsp
    mov esi, r12d
    mov rdx, [rsp + REGS_ORIG_AX]
    mov qword [rsp + REGS_ORIG_AX], -1
    CFI_CALL trap_dispatch
    mov ecx, MSR_GS_BASE
    mov edx, r14d
    mov eax, r15d
    wrmsr
    RESTORE_REGS
    add rsp, 8
    CFI_FRAME 5
    iretq

    CFI_FRAME 6
    CFI_CFA CFI_rsp, 7
.from_user:
    swapgs
    xchg rdi, [rsp]
    CFI_FRAME 7
    SAVE rsi
    mov rsi, rsp                        ; si di error ip cs flags sp ss
    CFI_CFA CFI_rsi, 8
    mov rsp, [gs:percpu_kernel_sp]
    push qword [rsi + 56]
    push qword [rsi + 48]
    push qword [rsi + 40]
    push qword [rsi + 32]
    push qword [rsi + 24]
    push qword [rsi + 16]
    push qword [rsi + 8]
    push qword [rsi]
    CFI_FRAME 8
    jmp frame_from_user
    CFI_END
