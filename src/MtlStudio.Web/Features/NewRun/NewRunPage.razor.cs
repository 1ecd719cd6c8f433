using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Features.NewRun;

public partial class NewRunPage
{
    private const string Empty = "nothing";

    private SpecDraft? _draft;
    private IReadOnlyList<Preset> _presets = [];
    private string _preset = Empty;
    private string _open = "";
    private bool _busy;
    private IReadOnlyList<ModelManifest> _models = [];
    private IReadOnlyList<DatasetManifest> _datasets = [];
    /// <summary>What only the launch could find, as files that are not there.</summary>
    private Dictionary<string, string> _faults = [];

    /// <summary>The preset to begin from.</summary>
    [SupplyParameterFromQuery(Name = "preset")] public string? PresetName { get; set; }
    /// <summary>The run to clone.</summary>
    [SupplyParameterFromQuery(Name = "from")] public long? From { get; set; }

    private string Sentence => _draft switch
    {
        null => "The sample workspace is being made.",
        { Errors.Count: > 0 } draft => $"{draft.Errors.Count} {(draft.Errors.Count == 1 ? "thing" : "things")} to mend before launch.",
        { TaskCount: var tasks } draft => $"Ready: {tasks} {(tasks == 1 ? "task" : "tasks")}, {draft.Spec!.Training.Steps:#,0} steps.",
    };

    private string PresetHelp => _presets.FirstOrDefault(preset => preset.Name == _preset)?.Description ?? "";

    protected override async Task OnInitializedAsync()
    {
        _presets = await Presets.AllAsync();
        _models = ModelImporter.List(Folder);
        _datasets = DatasetVersion.All(Folder);
        if (From is { } run && await Desk.SpecOfAsync(run) is { } spec)
        {
            _preset = $"run {run}";
            _draft = new SpecDraft(spec with { Baseline = null });
        }
        else
        {
            Begin(PresetName ?? (_presets is [var first, ..] ? first.Name : Empty));
        }
    }

    private void Begin(string name)
    {
        var preset = _presets.FirstOrDefault(preset => preset.Name == name);
        _preset = preset?.Name ?? Empty;
        _faults = [];
        var spec = preset?.Spec ?? new RunSpec { Name = "my run", Model = new() { Path = _models.Count > 0 ? _models[0].Reference : "" } };
        if (_draft is null) _draft = new SpecDraft(spec);
        else _draft.Reset(spec);
    }

    private static ParameterDescriptor Named(string path) => SpecFields.All.Single(field => field.Name == path);

    private string? ModelName(string? reference) => _models.FirstOrDefault(model => model.Reference == reference)?.Name ?? reference;

    private void Set(string path, JsonNode? value)
    {
        _draft!.Set(path, value);
        Changed();
    }

    private void SetText(string text)
    {
        _draft!.SetText(text);
        Changed();
    }

    private void Changed() => _faults = [];

    private void Add(string? reference)
    {
        if (_datasets.FirstOrDefault(dataset => dataset.Reference == reference) is not { } dataset) return;
        var name = new string([.. dataset.Name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')]);
        _draft!.AddTask(new TaskSpec
        {
            Name = name,
            Data = new() { Dataset = dataset.Reference },
            Template = new() { Prompt = $"{{{dataset.Columns[0]}}}\n", Answer = $"{{{dataset.Columns[^1]}}}" },
        });
        Changed();
    }

    private async Task Launch(bool baselines)
    {
        _busy = true;
        try
        {
            var run = await Desk.LaunchAsync(_draft!.Spec!, baselines);
            Navigation.NavigateTo($"/runs/{run}");
        }
        catch (InvalidInputException fault)
        {
            _faults = fault.Errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => string.Join(" ", group.Select(error => error.Message)));
            Snackbar.Add("The run was not launched: see what is to be mended.", Severity.Warning);
        }
        finally
        {
            _busy = false;
        }
    }
}
