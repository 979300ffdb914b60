; The road in and out: SYSCALL and SYSRET (SDM vol. 2; APM vol. 2, 6.1), and the INT 80h gate.
;
; SYSCALL changes little: RCX = user RIP, R11 = user RFLAGS, RIP = MSR_LSTAR, CS and SS from
; MSR_STAR, RFLAGS &= ~MSR_SYSCALL_MASK (IF, TF, DF, AC, NT off). RSP is still the user's, and so is
; GS. In registers:
;
;     RAX  number          RDI RSI RDX R10 R8 R9  arguments 1 to 6
;     RAX  result          RCX R11 destroyed, all others kept        (what user code may rely on)
;
;  user                                          kernel stack of the thread
;  ----                                          --------------------------
;  syscall ─┐                       stack_top ─> ss
;           │ 1 swapgs                           sp       <- the user's, by way of
;           │ 2 switch stacks                    flags       percpu_user_sp
;           │ 3 build the frame                  cs
;           │ 4 sti, do_syscall_64               ip
;           │ 5 cli, is there work?              orig_ax
;           │ 6 may SYSRET be used?              di .. r15 <- RSP = regs
;  next <───┘ 7 restore, swapgs, sysret
;
; Every program may jump in here with any registers at all, so nothing of them is used but as data.
; NMI, #DB and #MC can hit between 1 and 2, and between 7's parts: they come on stacks of their own
; and don't trust GS (interrupt_entry.asm).

%include "arch/x86_64/entry.inc"

ENOSYS          equ 38
CANONICAL_BITS  equ 47              ; a user address has only zeros above

extern do_syscall_64
extern do_int80_syscall_32
extern upcall_exit_to_user
extern upcall_switched
extern user_bad_return
extern percpu_current
extern percpu_kernel_sp
extern percpu_user_sp

global syscall_entry
global int80_entry
global return_to_user
global thread_begin

section .text.entry progbits alloc exec nowrite align=16

; Entered by SYSCALL only. Does not return to a caller.
syscall_entry:
    CFI_CROSSING
    CFI_SYSCALL
    swapgs                              ; 1: GS = this CPU's data
    mov [gs:percpu_user_sp], rsp        ; 2: interrupts are off, nobody else uses the slot
    mov rsp, [gs:percpu_kernel_sp]
    CFI_LOST rsp

    SAVE USER_DS                        ; 3: ss
    SAVE qword [gs:percpu_user_sp]      ;    sp
    SAVE r11                            ;    flags
    SAVE USER_CS                        ;    cs
    SAVE rcx                            ;    ip
    SAVE rax                            ;    orig_ax
    SAVE rdi
    SAVE rsi
    SAVE_FROM_DX -ENOSYS                ;    ax: what an unknown number gives

    mov rdi, rsp                        ; 4: do_syscall_64(regs, number)
    movsxd rsi, eax                     ;    the number is the low 32 bits, signed
    xor ebp, ebp                        ;    backtraces end here
    sti
    CFI_CALL do_syscall_64
    mov [rsp + REGS_AX], rax
    cli                                 ; 5: from here to user mode nothing may slip in

    mov rax, [gs:percpu_current]
    cmp dword [rax + THREAD_FLAGS], 0
    jne return_to_user

    ; 6: SYSRET loads RIP from RCX and RFLAGS from R11, so the frame must still have them there.
    ; With a non-canonical RCX it would fault in ring 0 on the user's stack (SDM vol. 2, SYSRET);
    ; with TF it would trap one instruction late, RF it can't restore: those take IRET.
    mov rcx, [rsp + REGS_IP]
    mov r11, [rsp + REGS_FLAGS]
    cmp rcx, [rsp + REGS_CX]
    jne return_to_user
    cmp r11, [rsp + REGS_R11]
    jne return_to_user
    test r11d, FLAG_TF | FLAG_RF
    jnz return_to_user
    mov rax, rcx
    shr rax, CANONICAL_BITS
    jnz return_to_user

    RESTORE_REGS                        ; 7: also RCX and R11, with just these values
    mov rsp, [rsp + REGS_SP - REGS_ORIG_AX]
    CFI_SYSCALL
    swapgs
    o64 sysret
    CFI_END

; INT 80h, the road before SYSCALL (32-bit numbers and argument registers: EBX ECX EDX ESI EDI EBP).
; The gate has switched stacks by TSS.RSP0 and pushed ss, sp, flags, cs, ip.
int80_entry:
    CFI_CROSSING
    CFI_FRAME 5
    cld
    CLAC_SITE
    swapgs
    SAVE rax                            ; orig_ax
    SAVE rdi
    SAVE rsi
    SAVE_FROM_DX -ENOSYS
    mov rdi, rsp
    xor ebp, ebp
    sti
    CFI_CALL do_int80_syscall_32
    ; falls through

; The full way out, by IRET: RSP = regs of a frame from user mode. Also the way of interrupts,
; exceptions and of a thread's first step into user mode.
return_to_user:
    cli
    mov rax, [gs:percpu_current]
    cmp dword [rax + THREAD_FLAGS], 0
    jne .work
    mov rax, [rsp + REGS_IP]            ; IRET to a non-canonical RIP would fault in ring 0
    shr rax, CANONICAL_BITS
    jnz .bad_ip
    RESTORE_REGS
    add rsp, 8                          ; orig_ax
    CFI_FRAME 5
    swapgs
    iretq
    CFI_FRAME 21
.work:
    mov rdi, rsp
    CFI_CALL upcall_exit_to_user
    jmp return_to_user
.bad_ip:
    mov rdi, rsp
    sti
    CFI_CALL user_bad_return            ; queues SIGSEGV, which is work
    jmp return_to_user
    CFI_END

; Where a new thread begins, switched to by switch_stacks: RAX = the thread that ran before,
; RBX = function or 0, R12 = its argument, RSP = regs (the frame for user mode, at the stack's top).
; A function that returns has made the thread one of user mode.
thread_begin:
    CFI_OUTERMOST
    xor ebp, ebp
    mov rdi, rax
    call upcall_switched
    test rbx, rbx
    jz return_to_user
    mov rdi, r12
    call rbx
    jmp return_to_user
    CFI_END
