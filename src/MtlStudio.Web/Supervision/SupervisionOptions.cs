namespace MtlStudio.Web.Supervision;

/// <summary>How runs are watched; the section "Studio:Supervision".</summary>
public sealed record SupervisionOptions
{
    /// <summary>The trainer's program (a dll is run by dotnet); empty: <c>trainer/mtl</c> beside the studio.</summary>
    public string Trainer { get; init; } = "";

    /// <summary>By how much a trainer steps back where the studio, a browser or others want the processor (Unix' niceness): 0, not at all, to 19. Linux only.</summary>
    public int TrainerNice { get; init; } = 5;

    /// <summary>At shutdown, asks every trainer to save a checkpoint and end, and waits for it: for containers, whose end would kill them. Their runs go on at the next start.</summary>
    public bool StopTrainersOnShutdown { get; init; }

    /// <summary>How long a deleted run can be brought back before its rows and files go; zero: not at all.</summary>
    public TimeSpan UndoDelete { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at a run's event file.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Between two looks at whether a trainer lives.</summary>
    public TimeSpan LivenessInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a trainer may take to obey the control file (finish its step, save a checkpoint) before it gets SIGTERM.</summary>
    public TimeSpan TerminateAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after SIGTERM it may take before SIGKILL.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a run may show no progress, or no sign of life, before an alarm is raised.</summary>
    public TimeSpan StallAlarmAfter { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a trainer may show no sign of life at all before its attempt is ended and begun again from its checkpoint; zero: never.</summary>
    public TimeSpan EndSilentAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after its start the studio asks the trainer what the machine can train on.</summary>
    public TimeSpan SurveyDevicesAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Deaths without a new checkpoint between them after which a run has failed.</summary>
    public int DeathsBeforeFailure { get; init; } = 3;
}
