using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Staging;

/// <summary>Makes what plans say in the background: leaving the page ends nothing.</summary>
public sealed class StartJobs(StartMaker maker, TimeProvider clock)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromHours(1);
    private readonly Lock turn = new();
    private readonly Dictionary<string, StartJob> jobs = [];

    /// <summary>The job of a key that was begun last, running or done.</summary>
    public StartJob? Find(string key)
    {
        lock (turn) return jobs.GetValueOrDefault(key);
    }

    /// <summary>Begins, unless one of that key is at work: that one is given then.</summary>
    /// <param name="key">What the files are known by.</param>
    /// <param name="done">Called after success.</param>
    public StartJob Begin(string key, StartPlan plan, Action? done = null)
    {
        lock (turn)
        {
            foreach (var old in jobs.Where(pair => pair.Value.Ended is { } ended && clock.GetElapsedTime(ended) > KeepFor).Select(pair => pair.Key).ToList()) jobs.Remove(old);
            if (jobs.TryGetValue(key, out var known) && known.Ended is null) return known;
            var job = jobs[key] = new StartJob(key, plan, clock);
            job.Run(maker, done);
            return job;
        }
    }

    /// <summary>Forgets a job that has ended, so that its files may be looked at anew.</summary>
    public void Forget(string key)
    {
        lock (turn)
            if (jobs.TryGetValue(key, out var known) && known.Ended is not null) jobs.Remove(key);
    }
}

/// <summary>One plan at work.</summary>
public sealed class StartJob(string key, StartPlan plan, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();
    private readonly long began = clock.GetTimestamp();

    /// <summary>What its files are known by.</summary>
    public string Key { get; } = key;
    public StartPlan Plan { get; } = plan;
    public StartProgress Progress { get; private set; }
    public StartOutcome? Outcome { get; private set; }
    /// <summary>By the item's place; −1: of the whole.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<FieldError>> Faults { get; private set; } = new Dictionary<int, IReadOnlyList<FieldError>>();
    public bool WasCancelled { get; private set; }
    /// <summary>A timestamp of the clock; null while it runs.</summary>
    public long? Ended { get; private set; }
    public TimeSpan Elapsed => clock.GetElapsedTime(began);

    /// <summary>Told often, on any thread.</summary>
    public event Action? Changed;

    public void Cancel()
    {
        if (Ended is null) cancellation.Cancel();
    }

    public void Dispose() => cancellation.Dispose();

    internal void Run(StartMaker maker, Action? done) => _ = Task.Run(async () =>
    {
        try
        {
            Outcome = await maker.MakeAsync(Plan, new Relay(this), cancellation.Token);
            done?.Invoke();
        }
        catch (StartFaultException fault)
        {
            Faults = fault.Faults;
        }
        catch (InvalidInputException fault)
        {
            Faults = new Dictionary<int, IReadOnlyList<FieldError>> { [-1] = fault.Errors };
        }
        catch (OperationCanceledException)
        {
            WasCancelled = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Faults = new Dictionary<int, IReadOnlyList<FieldError>> { [-1] = [new("files", fault.Message)] };
        }
        finally
        {
            Ended = clock.GetTimestamp();
            Changed?.Invoke();
            Dispose();
        }
    });

    private sealed class Relay(StartJob job) : IProgress<StartProgress>
    {
        public void Report(StartProgress value)
        {
            job.Progress = value;
            job.Changed?.Invoke();
        }
    }
}
