# What a user does with cat and echo at /sys/kernel/tracing. test_trace.py reads what each
# `== NAME` prints.
cd /sys/kernel/tracing

echo == listing
ls -l /sys/kernel
ls -l .
ls -l events/sched/sched_switch
echo == available
cat available_events
echo == ids
cat events/sched/sched_switch/id events/syscalls/sys_enter_read/id
echo == format
cat events/raw_syscalls/sys_exit/format
echo == switches
cat events/enable
echo 1 > events/sched/sched_switch/enable
cat events/sched/sched_switch/enable events/sched/enable events/enable events/irq/enable
echo sched:sched_wakeup >> set_event
echo syscalls:sys_enter_getcwd >> set_event
cat set_event
echo '!sched:sched_wakeup' >> set_event
cat set_event
echo > set_event
cat set_event events/enable
echo == long
list= count=0
for event in $(cat available_events); do
    case $event in
    syscalls:sys_enter_s*) list="$list $event" count=$((count + 1)) ;;
    esac
done
echo $list > set_event
echo $count
cat set_event | wc -l
echo > set_event
echo == refused
echo nonsense > set_event
echo 2 > events/enable
echo local > trace_clock
echo 0 > buffer_size_kb
echo 99999999 > buffer_size_kb
cat filter
mkdir instances
cat trace_clock buffer_size_kb
echo == empty
> trace
cat trace
echo == work
echo sched > set_event
echo raw_syscalls:sys_enter >> set_event
echo raw_syscalls:sys_exit >> set_event
echo syscalls:sys_enter_getcwd >> set_event
echo syscalls:sys_exit_getcwd >> set_event
echo exceptions irq_vectors limen:open_name >> set_event
echo signal >> set_event
echo begin > trace_marker
/bin/pwd
cat /no/such/file
sh -c 'kill -CHLD $$; kill -TERM $$'
echo end > trace_marker
echo 0 > tracing_on
echo unheard > trace_marker
echo 0 > events/enable
cat trace
echo == again
cat trace | wc -l
cat trace | wc -l
echo == cleared
> trace
cat trace
echo == pipe
echo 1 > tracing_on
echo one > trace_marker
echo two > trace_marker
echo 0 > tracing_on
cat trace_pipe
echo 1 > tracing_on
cat trace
echo == waiting
cat trace_pipe > /tmp/waited &
sleep 0.3
echo late > trace_marker
i=0
while [ ! -s /tmp/waited ] && [ $i -lt 200 ]; do sleep 0.1; i=$((i+1)); done
echo 0 > tracing_on
wait
cat /tmp/waited
echo 1 > tracing_on
echo == lost
echo 4 > buffer_size_kb
cat buffer_size_kb
i=0
while [ $i -lt 200 ]; do echo mark $i; i=$((i+1)); done > /tmp/marks
while read line; do echo $line > trace_marker; done < /tmp/marks
echo 0 > tracing_on
cat trace > /tmp/trace; while read line; do last=$line; done < /tmp/trace; echo "$last"
cat trace_pipe
echo 1 > tracing_on
echo 256 > buffer_size_kb
echo == end
