using System.Diagnostics;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>The wrapper around programs that are no trainers: shells that lock, print and end as told.</summary>
public sealed class TrainerProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();
    private readonly RunFolder run;

    public TrainerProcessTests()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("the wrapper is used on Linux only");
        run = new RunFolder(folder.Root);
    }

    public void Dispose()
    {
        using (var left = TrainerProcess.Adopt(run)) left?.TryKill();
        folder.Dispose();
    }

    [Fact]
    public async Task Start_LeavesLogAndExitCode_WhenTheTrainerEnds()
    {
        using var process = TrainerProcess.Start(run, Shell("echo out; echo err >&2; echo \"$1|$HERE|$0\"; exit 2", "a b;$(x)'\""));
        await Gone(process);
        Assert.Equal(2, TrainerProcess.ExitCode(run));
        Assert.Equal("out\nerr\na b;$(x)'\"|here|sh\n", File.ReadAllText(run.Log));

        using var second = TrainerProcess.Start(run, Shell("exit 0"));
        await Gone(second);
        Assert.Equal(0, TrainerProcess.ExitCode(run));
        Assert.StartsWith("out\n", File.ReadAllText(run.Log));
    }

    [Fact]
    public async Task Start_LetsTheTrainerStepBack_WhereOthersWantTheProcessor()
    {
        var own = int.Parse(await Output("nice"));
        using var process = TrainerProcess.Start(run, Shell("nice; cat /proc/self/autogroup 2>/dev/null || echo none") with { Nice = 5 });
        await Gone(process);
        var said = File.ReadAllLines(run.Log);
        Assert.Equal(Math.Min(19, own + 5), int.Parse(said[0]));
        if (said[1] != "none") Assert.EndsWith(" nice 5", said[1]);
    }

    [Fact]
    public async Task Start_LeavesTheSignalAsExitCode_WhenTheTrainerIsKilled()
    {
        using var process = TrainerProcess.Start(run, Shell("kill -9 $$"));
        await Gone(process);
        Assert.Equal(137, TrainerProcess.ExitCode(run));
    }

    [Fact]
    public async Task Trainer_LeadsNoneOfOurGroupsAndHoldsNoneOfOurPipes_SoThatItOutlivesTheStudio()
    {
        using var process = TrainerProcess.Start(run, Shell("ps -o sid= -p $$ > sid; (exec >fd; for i in 0 1 2 3 4 5 6 7 8; do readlink /proc/$$/fd/$i; done); touch ready; while [ ! -e go ]; do sleep 0.02; done; exit 7"));
        await Until(() => File.Exists(In("ready")));
        var own = await Output("ps", "-o", "sid=", "-p", Environment.ProcessId.ToString());
        Assert.NotEqual(own.Trim(), File.ReadAllText(In("sid")).Trim());
        Assert.Equal(["/dev/null", run.Log, run.Log], File.ReadAllLines(In("fd")));
        // Letting go of it is all that a studio's end does.
        process.Dispose();
        using var adopted = TrainerProcess.Adopt(run);
        Assert.NotNull(adopted);
        File.WriteAllText(In("go"), "");
        await Gone(adopted);
        Assert.Equal(7, TrainerProcess.ExitCode(run));
        Assert.Null(TrainerProcess.Adopt(run));
    }

    [Fact]
    public async Task Start_Refuses_WhileAnotherTrainerIsAtWork()
    {
        using var process = TrainerProcess.Start(run, Shell("sleep 30"));
        await Until(() => RunLock.IsHeld(TrainerWrapper.LockOf(run)));
        Assert.Contains("already at work", Assert.Throws<TrainerStartException>(() => TrainerProcess.Start(run, Shell("exit 0"))).Message);
        await Until(process.TryKill);
        await Gone(process);
        Assert.Null(TrainerProcess.ExitCode(run));
    }

    [Fact]
    public async Task SecondWrapper_GoesWithoutATrace_WhenTheFirstStillHoldsTheRun()
    {
        using var process = TrainerProcess.Start(run, Shell("echo first; while [ ! -e go ]; do sleep 0.02; done; exit 3"));
        await Until(() => File.Exists(run.Log) && File.ReadAllText(run.Log) == "first\n");
        // As a studio would that was killed between start and lock, and came back before the first wrapper had its lock.
        using var stray = Process.Start(TrainerWrapper.StartInfo(run, Shell("echo second; exit 4")))!;
        await stray.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, stray.ExitCode);
        File.WriteAllText(In("go"), "");
        await Gone(process);
        Assert.Equal(3, TrainerProcess.ExitCode(run));
        Assert.Equal("first\n", File.ReadAllText(run.Log));
    }

    [Fact]
    public async Task IsAlive_HoldsUntilTheTrainerIsGone_WhenItsWrapperWasKilled()
    {
        using var process = TrainerProcess.Start(run, Shell("echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done"));
        await Until(() => File.Exists(In("pid")) && RunLock.ReadHolder(TrainerWrapper.LockOf(run)) is not null);
        Assert.True(Signals.TrySendKill(RunLock.ReadHolder(TrainerWrapper.LockOf(run))!));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.True(process.IsAlive());
        File.WriteAllText(In("go"), "");
        await Gone(process);
        Assert.Null(TrainerProcess.ExitCode(run));
    }

    [Fact]
    public void TrySignal_SparesAProcessThatMerelyGotTheSamePid()
    {
        using var bystander = Process.Start("sleep", "30");
        try
        {
            var identity = ProcessIdentity.Of(bystander.Id)!;
            Assert.False(Signals.TrySendKill(identity with { StartTime = identity.StartTime - 1 }));
            Assert.False(Signals.TrySendTerminate(identity with { BootId = "before the restart" }));
            Assert.True(identity.IsAlive());
            Assert.True(Signals.TrySendKill(identity));
        }
        finally
        {
            bystander.Kill();
        }
    }

    [Fact]
    public void Start_NamesTheCure_WhenTheProgramCannotBeStarted()
    {
        using var process = TrainerProcess.Start(run, new TrainerLaunch("/does/not/exist", [], new Dictionary<string, string?>()));
        var end = Stopwatch.StartNew();
        while (process.IsAlive() && end.Elapsed < Patience) Thread.Yield();
        Assert.Equal(127, TrainerProcess.ExitCode(run));
        Assert.Contains("/does/not/exist", File.ReadAllText(run.Log));
    }

    private string In(string name) => folder[name];

    private static TrainerLaunch Shell(string script, params string[] arguments) =>
        new("sh", ["-c", script, "sh", .. arguments], new Dictionary<string, string?> { ["HERE"] = "here" });

    private static Task Gone(TrainerProcess process) => Until(() => !process.IsAlive());

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, "nothing happened for 20 s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
