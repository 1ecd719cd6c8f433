using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

/// <summary>A studio in a process of its own, to be killed and started again, and the trainers it starts.</summary>
internal sealed class StudioProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    /// <summary>The real trainer, as the studio's build lays it beside the studio.</summary>
    public static readonly string Mtl = Path.Combine(AppContext.BaseDirectory, "trainer", "mtl");
    private readonly string trainer;
    private readonly string[] settings;
    private Process process;

    public StudioProcess(string folder, string trainer, params string[] settings)
    {
        Data = new DataFolder(folder);
        (this.trainer, this.settings) = (trainer, settings);
        process = Launch();
    }

    public DataFolder Data { get; }

    public void Start()
    {
        process.Dispose();
        process = Launch();
    }

    /// <summary>kill -9, and only of the studio: its trainers live on.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Lets neither studio nor trainers do anything while <paramref name="look"/> runs: what it finds on the disk is of one moment.</summary>
    public void Frozen(Action look)
    {
        int[] all = [process.Id, .. Directory.GetDirectories(Data.Runs).Select(path => RunLock.ReadHolder(new RunFolder(path).Lock)).Where(holder => holder?.IsAlive() == true).Select(holder => holder!.Pid)];
        Signal("-STOP", all);
        try
        {
            look();
        }
        finally
        {
            Signal("-CONT", all);
        }

        static void Signal(string name, int[] processes)
        {
            using var kill = Process.Start("kill", [name, .. processes.Select(pid => $"{pid}")]);
            kill.WaitForExit();
            Assert.Equal(0, kill.ExitCode);
        }
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        Signals.TrySendTerminate(ProcessIdentity.Of(process.Id)!);
        await process.WaitForExitAsync(cancellation);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>kill -9 of a run's trainer, if it has one; with <paramref name="group"/> of its wrapper too.</summary>
    public static bool TryKillTrainer(RunFolder run, bool group)
    {
        if (RunLock.ReadHolder(run.Lock) is not { } trainer || !trainer.IsAlive()) return false;
        return group && RunLock.ReadHolder(TrainerWrapper.LockOf(run)) is { } wrapper ? Signals.TrySendKillToGroup(wrapper) : Signals.TrySendKill(trainer);
    }

    /// <summary>Waits until the run's file tells of the step.</summary>
    public async Task UntilAsync(long id, int step, CancellationToken cancellation)
    {
        using var tail = new EventTail(Data.Run(id).Events, 0, -1);
        await UntilAsync(() =>
        {
            while (tail.Read() is { } batch)
                if (batch.Events.OfType<PointsEvent>().Any(point => point.Index >= step)) return true;
            return false;
        }, $"run {id} does not come to step {step}", cancellation);
    }

    /// <summary>Waits until the run has a trainer, or needs none any more.</summary>
    public Task UntilTrainsAsync(long id, CancellationToken cancellation) => UntilAsync(
        () => RunLock.ReadHolder(Data.Run(id).Lock) is { } trainer && trainer.IsAlive() || TrainerProcess.ExitCode(Data.Run(id)) == ExitCodes.Done,
        $"run {id} gets no trainer", cancellation);

    public Task UntilAllEndedAsync(IReadOnlyList<long> ids, CancellationToken cancellation) =>
        UntilAsync(() => StatesOf(ids).All(RunTransitions.IsEnded), $"runs {string.Join(", ", ids)} do not end", cancellation);

    /// <summary>Waits until every run trains.</summary>
    public Task UntilAllRunAsync(IReadOnlyList<long> ids, CancellationToken cancellation) =>
        UntilAsync(() => StatesOf(ids).All(state => state == RunState.Running), $"runs {string.Join(", ", ids)} do not all train", cancellation);

    /// <summary>Trains a spec to its end with no studio.</summary>
    public static async Task TrainAsync(string program, RunFolder run, RunSpec spec, CancellationToken cancellation)
    {
        AtomicFile.WriteText(run.Spec, JsonSerializer.Serialize(spec, WireJson.Indented));
        using var trainer = Process.Start(new ProcessStartInfo(program, ["run", "--spec", run.Spec, "--dir", run.Root]) { RedirectStandardError = true })!;
        await trainer.StandardError.ReadToEndAsync(cancellation);
        await trainer.WaitForExitAsync(cancellation);
        Assert.Equal(0, trainer.ExitCode);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
        process.Dispose();
        if (!Directory.Exists(Data.Runs)) return;
        foreach (var run in Directory.GetDirectories(Data.Runs).Select(path => new RunFolder(path)))
        {
            using var left = TrainerProcess.Adopt(run);
            left?.TryKill();
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo(TestStudio.Rig, ["studio", Data.Root, trainer, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var started = Process.Start(start)!;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    private async Task UntilAsync(Func<bool> condition, string otherwise, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Patience, $"{otherwise} within {Patience.TotalSeconds} s");
            Assert.False(process.HasExited, $"the studio ended by itself: {(process.HasExited ? process.ExitCode : 0)}");
            await Task.Delay(5, cancellation);
        }
    }

    /// <summary>As the database says, which the studio goes on writing.</summary>
    private List<RunState> StatesOf(IReadOnlyList<long> ids)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Data.Database, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT state FROM run WHERE id IN ({string.Join(',', ids)})";
        using var reader = command.ExecuteReader();
        var states = new List<RunState>();
        while (reader.Read()) states.Add(Enum.Parse<RunState>(reader.GetString(0)));
        return states;
    }
}
