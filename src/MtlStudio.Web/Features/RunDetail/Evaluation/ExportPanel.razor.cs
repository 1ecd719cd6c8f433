using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Exports;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Supervision.Exports;
using MudBlazor;

namespace MtlStudio.Web.Features.RunDetail.Evaluation;

/// <summary>Exports of the run: a press that acts on the checkpoint to keep, their progress, and ways to what was written.</summary>
public sealed partial class ExportPanel : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);
    private static readonly IReadOnlyList<(bool, string)> Forms = [(false, "Adapter (PEFT)"), (true, "Merged model")];
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<ExportStatus> _exports = [];
    private int? _step;
    private long _run;
    private bool _merged, _busy, _watches;
    private string? _fault;

    [Inject] public required ExportCommands Exports { get; set; }
    [Inject] public required ISnackbar Notices { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }

    private IReadOnlyList<int> Steps => [.. View.Now.Checkpoints.Select(row => row.Step).Distinct().Order()];

    /// <summary>What the user chose while it stands, else the one to keep.</summary>
    private int Step => _step is { } chosen && Steps.Contains(chosen) ? chosen : Report.Suggested ?? Steps[^1];

    private CheckpointReport Report => CheckpointReport.Of(View.Now, View.Reference, View.Query.Floor);

    // A merged model of parts that are private to tasks is one task's: the command line asks which.
    private bool CanMerge => ExportForms.CanMerge(View.Now.Spec) && !ExportForms.HasTaskParts(View.Now.Spec);

    private string Words => View.Now.Spec.Peft.Name == "full" ? "The whole model in Hugging Face layout, with a model card of its scores, data and limits."
        : _merged ? "The base model with the adapter worked into its weights, in Hugging Face layout, with a model card of its scores, data and limits."
        : $"The adapter in {(ExportForms.IsPeft(View.Now.Spec) ? "PEFT's layout" : "a layout of our own, for PEFT has no such adapter")}, with a model card of its scores, data and limits; it needs the base model to run.";

    protected override async Task OnParametersSetAsync()
    {
        if (_run == View.Id) return;
        _run = View.Id;
        await ReadAsync();
    }

    private string StepText(int step) => $"step {Format.Count(step)}" + (Report is { } report && step == report.Suggested ? report.Choice.Chosen >= 0 ? " (to keep)" : " (best by unified score)" : "");

    private static string FormText(string form) => form switch { ExportForms.Adapter => "adapter (PEFT)", ExportForms.Merged => "merged model", _ => "whole model" };

    private string Download(ExportStatus export, string format) => $"/api/v1/runs/{View.Id}/exports/{export.Record.Name}/download?format={format}";

    private Task ExportAsync() => StartAsync(Step, _merged);

    private Task StartAsync(int step, bool merged) => DoAsync(async () => await Exports.StartAsync(View.Id, step, merged, _gone.Token));

    private Task DeleteAsync(string name) => DoAsync(() => Exports.DeleteAsync(View.Id, name, _gone.Token));

    private Task UseAsync(string name) => DoAsync(async () =>
    {
        var model = await Exports.UseAsModelAsync(View.Id, name, _gone.Token);
        Notices.Add($"\"{model.Item.Name}\" is in the library: choose it as the model of a new run", Severity.Success);
    });

    private async Task DoAsync(Func<Task> act)
    {
        (_busy, _fault) = (true, null);
        try
        {
            await act();
        }
        catch (Exception refused) when (refused is InvalidInputException or RunNotFoundException or IOException)
        {
            _fault = refused is InvalidInputException invalid ? string.Join("; ", invalid.Errors.Select(error => error.Message)) : refused.Message;
        }
        finally
        {
            _busy = false;
        }
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _exports = await Exports.ListAsync(View.Id, _gone.Token);
        if (_watches || !_exports.Any(export => export.IsActive)) return;
        _watches = true;
        _ = WatchAsync();
    }

    /// <summary>Looks again for as long as something is written.</summary>
    private async Task WatchAsync()
    {
        try
        {
            while (_exports.Any(export => export.IsActive))
            {
                await Task.Delay(Pace, Clock, _gone.Token);
                _exports = await Exports.ListAsync(View.Id, _gone.Token);
                StateHasChanged();
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or RunNotFoundException)
        {
            // The page was left, or the run is gone.
        }
        finally
        {
            _watches = false;
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
