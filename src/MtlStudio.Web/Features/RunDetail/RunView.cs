using MtlStudio.Store;
using MudBlazor;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>Cascaded to the parts of the page: the run as it stands, what the address asks for, and what comes.</summary>
/// <param name="Size">How wide the window is.</param>
public sealed record RunView(RunSnapshot Now, RunQuery Query, RunUpdates Updates, Breakpoint Size)
{
    public bool IsPhone => Size == Breakpoint.Xs;
    public long Id => Now.Run.Id;
    public Reference Reference => Query.Reference ?? References.Default(Now);
    /// <summary>The reference as figures name it.</summary>
    public string ReferenceWords => Reference switch { Reference.Baseline => "baseline", Reference.Pinned => $"run {Query.Pinned}", _ => "untuned model" };
    public XAxis X => Query.X ?? XAxis.Step;
    /// <summary>Where a baseline is drawn: mix and baseline line up over a task's own examples only.</summary>
    public XAxis ReferenceX => Query.X ?? (Now.Behind(Reference).Count > 0 ? XAxis.TaskExamples : XAxis.Step);
}

/// <summary>Tells the parts of the page of each batch, on the circuit.</summary>
public sealed class RunUpdates
{
    private readonly List<Func<RunBatch, Task>> listeners = [];

    /// <summary>The run's newest numbers stand in the view: raised several times a second, for the few words that tell how far it is. What is returned completes when the browser shows them.</summary>
    public event Func<Task>? Moved;

    /// <summary>Completes when the browser shows the numbers.</summary>
    public Task BeatAsync() => Moved?.Invoke() ?? Task.CompletedTask;

    public void Add(Func<RunBatch, Task> listener) => listeners.Add(listener);

    public void Remove(Func<RunBatch, Task> listener) => listeners.Remove(listener);

    public async Task TellAsync(RunBatch batch)
    {
        foreach (var listener in listeners.ToList())
        {
            // Another part of the page may have gone while one was told.
            if (!listeners.Contains(listener)) continue;
            try
            {
                await listener(batch);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException && !listeners.Contains(listener))
            {
                // It went while it read: the others go on.
            }
        }
    }
}
