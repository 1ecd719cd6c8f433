using System.Diagnostics;
using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>
/// The small shell program around a trainer on Linux. It leads a session of its own, so that neither Ctrl-C nor a closed
/// pipe of the studio reaches the trainer, and it lives on when the studio dies: it keeps the log and leaves the exit code.
/// </summary>
internal static class TrainerWrapper
{
    /// <summary>
    /// Called as <c>sh -c SCRIPT wrapper RUN NICE PROGRAM ARGUMENT…</c>. RUN/wrapper is locked from the wrapper's first moment until
    /// RUN/exit is written and the trainer is gone (the trainer inherits descriptor 9), and names the wrapper: a second
    /// wrapper for the same run, started by a studio that died meanwhile, waits a little and goes without a trace.
    /// The trap keeps the wrapper alive to write the exit code when a whole session is told to end; being a command and not
    /// '', it leaves the trainer its own handlers. Of all processes the trainer is the one to go when memory runs out.
    /// Where the kernel shares the processor out by sessions (autogroup), the session has to step back, not the process in it.
    /// </summary>
    private const string Script = """
        dir=$1; nice=$2; shift 2
        exec </dev/null >>"$dir/log.txt" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- || exit 125
        exec 9<>"$dir/wrapper" || exit 125
        flock -w 2 9 || exit 0
        trap : HUP INT TERM QUIT
        rm -f "$dir/exit"
        : >"$dir/wrapper"
        set -f
        stat=$(cat /proc/$$/stat)
        started=$(set -- ${stat##*) }; shift 19; printf %s "$1")
        printf '{"pid":%s,"startTime":%s,"bootId":"%s"}\n' $$ "$started" "$(cat /proc/sys/kernel/random/boot_id)" >&9
        ( { echo 500 >/proc/self/oom_score_adj; echo "$nice" >/proc/self/autogroup; } 2>/dev/null; exec nice -n "$nice" "$@" )
        code=$?
        printf '%s\n' "$code" >"$dir/exit.tmp" && mv -f "$dir/exit.tmp" "$dir/exit"
        """;

    public static string LockOf(RunFolder run) => Path.Combine(run.Root, "wrapper");

    /// <summary>True where the wrapper can run: elsewhere the trainer starts detached by itself.</summary>
    public static bool IsUsed => OperatingSystem.IsLinux();

    public static ProcessStartInfo StartInfo(RunFolder run, TrainerLaunch launch)
    {
        var start = new ProcessStartInfo("setsid");
        foreach (var argument in (string[])["sh", "-c", Script, "mtl-wrapper", run.Root, launch.Nice.ToString(CultureInfo.InvariantCulture), launch.FileName, .. launch.Arguments])
            start.ArgumentList.Add(argument);
        return start;
    }
}
