using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Hosting;
using MtlStudio.Web.Staging;
using MudBlazor;

namespace MtlStudio.Web.Features.Start;

public sealed partial class StartPage : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private readonly StartDraft _draft = new();
    private IReadOnlyList<DropZone.Failed> _unsent = [];
    private StartFiles? _files;
    private StartJob? _job;
    private string? _fault, _path, _seen;
    /// <summary>The upload that files are being sent to, while it is not in the address yet.</summary>
    private string? _sending;
    private bool _looking;
    private long _told;

    [Inject] public required StagedUploads Staged { get; set; }
    [Inject] public required StartJobs Jobs { get; set; }
    [Inject] public required StartKeeper Keeper { get; set; }
    [Inject] public required StudioOptions Options { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required ISnackbar Snackbar { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }

    /// <summary>Files that were sent.</summary>
    [SupplyParameterFromQuery(Name = "upload")] public string? Upload { get; set; }
    /// <summary>Files of the studio's machine.</summary>
    [SupplyParameterFromQuery(Name = "path")] public string? ServerPath { get; set; }

    private IReadOnlyList<StartRow> Chosen => [.. _draft.Rows.Where(row => row.IsChosen)];

    private string Sentence
    {
        get
        {
            if (_job is not null) return "Making datasets, tasks and the mix. You may leave this page meanwhile.";
            if (_draft.Rows.Count == 0) return "Drop data files, and see what tasks they are good for.";
            var (ready, all) = (_draft.Included.Count, _draft.Rows.Count);
            var bad = _draft.Rows.Count(row => row.HasErrors);
            return $"{ready} of {all} {(all == 1 ? "dataset" : "datasets")} will become a task{(bad > 0 ? $"; {bad} cannot be read as {(bad == 1 ? "it is" : "they are")}" : "")}.";
        }
    }

    private string PressText => _draft.Included.Count switch
    {
        <= 1 => "Make the dataset, its task and the mix",
        var count => $"Make {count} datasets, {count} tasks and the mix",
    };

    private string BarSentence => _draft switch
    {
        { Included.Count: 0 } => "Take at least one dataset.",
        { IsReady: false } draft when draft.Included.FirstOrDefault(row => row.Check().Count > 0 || draft.IsTaken(row)) is { } row => $"{row.Name}: see what is to be mended.",
        { IsReady: false } => "Give the mix a name.",
        _ => "Then New run opens with them.",
    };

    protected override async Task OnParametersSetAsync()
    {
        var seen = $"{Upload}|{ServerPath}";
        if (seen == _seen) return;
        _seen = seen;
        _path = ServerPath;
        await OpenAsync();
    }

    /// <summary>Looks at what the address names.</summary>
    private async Task OpenAsync()
    {
        _fault = null;
        try
        {
            var files = Upload is not null ? StartFiles.Of(Staged.Get(Upload), Staged) : ServerPath is not null ? await Task.Run(() => StartFiles.OfPath(ServerPath)) : null;
            if (files?.Key != _files?.Key) _draft.Take([]);
            _files = files;
            if (files is null) return;
            if (Jobs.Find(files.Key) is { } job) Follow(job);
            else await LookAsync();
        }
        catch (Exception fault) when (fault is InvalidInputException or StagedUploadNotFoundException)
        {
            _fault = fault is InvalidInputException invalid ? string.Join(" ", invalid.Errors.Select(error => error.Message)) : $"{fault.Message}.";
        }
    }

    private async Task LookAsync()
    {
        _looking = true;
        StateHasChanged();
        try
        {
            var files = _files!;
            var guesses = await Task.Run(() => files.Detect(_left.Token), _left.Token);
            if (files != _files) return;
            var isNew = _draft.Rows.Count == 0;
            _draft.Take(guesses);
            if (isNew && await Keeper.ReadAsync(files.Key) is { } kept) await Task.Run(() => _draft.Restore(kept, given => files.DetectOne(given, _draft.LabelNamesOf(given), _left.Token)), _left.Token);
            if (_draft.Rows.Count == 1) _draft.Rows[0].IsOpen = true;
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        catch (InvalidInputException fault)
        {
            _fault = string.Join(" ", fault.Errors.Select(error => error.Message));
        }
        finally
        {
            _looking = false;
        }
    }

    private Task<string?> BeginAsync(IReadOnlyList<DropZone.Offered> offered)
    {
        (_fault, _unsent) = (null, []);
        var standing = Upload is null ? 0 : _files?.Files.Count ?? 0;
        if (standing + offered.Count > DetectionLimits.Files)
            _fault = $"{DetectionLimits.Files} files are the most at a time (you gave {offered.Count}{(standing > 0 ? $", and {standing} stand here" : "")}): give them in several goes.";
        else if (offered.FirstOrDefault(file => file.Bytes > Options.Limits.UploadBytes) is { } large)
            _fault = $"{large.Name} has {Format.Bytes(large.Bytes)}, and {Format.Bytes(Options.Limits.UploadBytes)} are the most: split it, or put it on the studio's machine and give its path.";
        StateHasChanged();
        if (_fault is not null) return Task.FromResult<string?>(null);
        return Task.FromResult<string?>(Upload is not null && _files is not null ? Upload : Staged.Create().Id is var made ? _sending = made : null);
    }

    private async Task SentAsync(IReadOnlyList<DropZone.Failed> faults, bool cancelled)
    {
        _unsent = faults;
        if (_sending is { } made)
        {
            _sending = null;
            if (Staged.Get(made).Files.Count == 0) Staged.Remove(made);
            else Navigation.NavigateTo($"/start?upload={made}");
        }
        else
        {
            await OpenAsync();
        }
        if (cancelled) Snackbar.Add("Sending was cancelled; what had arrived is kept.", Severity.Info);
        StateHasChanged();
    }

    private void OpenPath()
    {
        if (!string.IsNullOrWhiteSpace(_path)) Navigation.NavigateTo(Navigation.GetUriWithQueryParameters("/start", new Dictionary<string, object?> { ["path"] = _path.Trim() }));
    }

    private async Task MergeAsync()
    {
        var old = Chosen;
        var files = old.SelectMany(row => row.Guess.Files).Select(file => (file.File, SplitOf(file))).ToList();
        await ReplaceAsync(old, () => [_files!.DetectOne(files, _draft.LabelNamesOf(files), _left.Token)]);
    }

    /// <summary>Files whose names say nothing are training data, once another file is said to be a split.</summary>
    private static string? SplitOf(FileGuess file) => file.Split ?? Core.Datasets.SplitNames.Guess(file.Name);

    private Task ApartAsync(StartRow row) =>
        ReplaceAsync([row], () => [.. row.Guess.Files.Select(file => _files!.DetectOne([(file.File, null)], row.Guess.LabelNames, _left.Token))]);

    private async Task RegroupAsync(StartRow row, IReadOnlyList<(int File, string? Split)> files)
    {
        var guess = await Task.Run(() => _files!.DetectOne(files, _draft.LabelNamesOf(files), _left.Token));
        row.Renew(guess);
        await ChangedAsync();
    }

    private async Task ReplaceAsync(IReadOnlyList<StartRow> old, Func<IReadOnlyList<DatasetGuess>> look)
    {
        var guesses = await Task.Run(look);
        var names = GuessNames.Unique([.. _draft.Rows.Except(old).Select(row => row.Name), .. guesses.Select(guess => guess.Name)]).TakeLast(guesses.Count);
        _draft.Replace(old, [.. guesses.Zip(names, (guess, name) => guess with { Name = name })]).IsOpen = guesses.Count == 1;
        await ChangedAsync();
    }

    private void DropRow(StartRow row)
    {
        _draft.Drop(row);
        // Files of this machine stay where they are.
        if (Upload is not null) foreach (var file in row.Guess.Files) Staged.Remove(Upload, file.File);
        if (Upload is not null && _files is not null) _files = StartFiles.Of(Staged.Get(Upload), Staged);
    }

    private void DropChosen()
    {
        foreach (var row in Chosen) DropRow(row);
    }

    private void ChooseNone()
    {
        foreach (var row in Chosen) row.IsChosen = false;
    }

    private Task SetMixAsync(string? name)
    {
        _draft.MixName = name ?? "";
        return ChangedAsync();
    }

    private async Task ChangedAsync()
    {
        StateHasChanged();
        if (_files is not null) await Keeper.KeepAsync(_files.Key, KeptStart.Of(_draft));
    }

    private void Make()
    {
        foreach (var row in _draft.Rows) row.Faults = [];
        var (files, upload) = (_files!, Upload);
        Follow(Jobs.Begin(files.Key, _draft.Plan(files), upload is null ? null : () => Staged.Remove(upload)));
    }

    private void Follow(StartJob job)
    {
        _job = job;
        job.Changed += OnJobChanged;
        if (job.Ended is not null) OnJobChanged();
    }

    private void OnJobChanged()
    {
        var job = _job;
        if (job is null) return;
        // A few times a second is enough; the end is always told.
        if (job.Ended is null && Clock.GetElapsedTime(_told).TotalMilliseconds < 250) return;
        _told = Clock.GetTimestamp();
        _ = InvokeAsync(async () =>
        {
            if (job.Ended is not null && _job == job) await EndAsync(job);
            StateHasChanged();
        });
    }

    private async Task EndAsync(StartJob job)
    {
        job.Changed -= OnJobChanged;
        _job = null;
        if (job.Outcome is { } outcome)
        {
            await Keeper.ForgetAsync(job.Key);
            var length = _draft.MaxLength;
            Navigation.NavigateTo($"/new?mix={outcome.Mix.Item.Id}{(length > new TrainingSpec().MaxLength ? $"&set=training.maxLength%3D{length}" : "")}");
            return;
        }
        Jobs.Forget(_files!.Key);
        // The page was opened anew while the job went on: look at the files first.
        if (_draft.Rows.Count == 0) await LookAsync();
        if (job.WasCancelled) Snackbar.Add("Cancelled: no task and no mix was made.", Severity.Info);
        foreach (var (item, errors) in job.Faults)
        {
            if (item >= 0 && _draft.Rows.FirstOrDefault(row => row.Name == job.Plan.Items[item].Name) is { } row) (row.Faults, row.IsOpen) = (errors, true);
            else _fault = string.Join(" ", errors.Select(error => error.Message));
        }
        if (job.Faults.Count > 0) Snackbar.Add("Nothing was made: see what is to be mended, or leave that row out.", Severity.Warning);
    }

    public void Dispose()
    {
        if (_job is { } job) job.Changed -= OnJobChanged;
        _left.Cancel();
        _left.Dispose();
    }
}
