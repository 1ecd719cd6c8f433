using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail.Evaluation;

/// <summary>Follows one example of a task through the evaluations: what the model made of it at each step.</summary>
public sealed partial class SampleViewer : ComponentBase, IDisposable
{
    private const int Long = 400;
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<int> _examples = [];
    private IReadOnlyList<Sample> _steps = [];
    private (string?, int?)? _shown;
    private int _example;
    private bool _whole;

    [Inject] public required RunReader Reader { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [CascadingParameter] public required RunView View { get; set; }

    private string? TaskName => View.Now.Tasks.Any(task => task.Name == View.Query.Task) ? View.Query.Task : View.Now.Tasks is [var first, ..] ? first.Name : null;

    private int Place => _examples.ToList().IndexOf(_example);

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (TaskName, View.Query.Example)) return;
        _shown = (TaskName, View.Query.Example);
        _whole = false;
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (!batch.Events.Any(value => value is EvaluationEvent or RewoundEvent) && batch.Events.Count > 0) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        if (TaskName is not { } task) return;
        // Every evaluation keeps the same examples: those of the untuned model are all there are.
        var first = await Reader.SamplesAsync(View.Id, task, step: 0, split: ScoreBook.Validation, take: RunReader.MaxTake, cancellation: _gone.Token);
        _examples = [.. first.Items.Select(row => row.Example)];
        _example = View.Query.Example is { } wanted && _examples.Contains(wanted) ? wanted : _examples is [var lead, ..] ? lead : 0;
        _steps = _examples.Count == 0 ? [] : (await Reader.SamplesAsync(View.Id, task, example: _example, split: ScoreBook.Validation, take: RunReader.MaxTake, cancellation: _gone.Token)).Items;
    }

    private void Move(int by) => Navigation.SetQuery(("task", TaskName), ("example", _examples[Math.Clamp(Place + by, 0, _examples.Count - 1)]));

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
