using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Quantization;

namespace MtlStudio.Trainer.Commands;

/// <summary>A model with its adapter, for commands that only read it.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly IFineTuning? adapter;

    private LoadedModel(string folder, CausalLm model, IFineTuning? adapter) => (Folder, Model, this.adapter) = (folder, model, adapter);

    public string Folder { get; }
    public CausalLm Model { get; }

    /// <exception cref="InvalidInputException">No model or adapter there, or they do not fit.</exception>
    /// <param name="quantize">How the frozen weights are kept.</param>
    /// <param name="task">Whose part of the adapter is used; where it has parts of tasks and none is named, an evaluation names each.</param>
    public static LoadedModel Load(string folder, string? adapterFolder, ComputeChoice compute, string quantize = WeightPacking.None, string? task = null)
    {
        if (File.Exists(Path.Combine(folder, "adapter_config.json")) && !File.Exists(Path.Combine(folder, "config.json")))
            throw new InvalidInputException("--model", $"{folder} holds an adapter: name the base model with --model, and this folder with --adapter");
        var model = CausalLm.Load(folder, new() { Device = compute.Torch, Quantize = quantize });
        try
        {
            var adapter = adapterFolder is not null ? AdapterFolder.Load(model, adapterFolder) : HeadFiles.AreIn(folder) ? HeadedFineTuning.Load(model, null, folder) : null;
            model.Task = task;
            return new(folder, model, adapter);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>For commands that compute under one task.</summary>
    /// <exception cref="InvalidInputException">The adapter has parts of its own for tasks, and the one named is none of them.</exception>
    public LoadedModel WithTask()
    {
        if (adapter is not { Tasks: { Count: > 0 } tasks } || (Model.Task is { } task && tasks.Contains(task))) return this;
        var fault = Model.Task is null ? $"The adapter has parts of its own for tasks: name one of {string.Join(", ", tasks)}" : $"The adapter has no part for the task \"{Model.Task}\": there are {string.Join(", ", tasks)}";
        Dispose();
        throw new InvalidInputException("--task", fault);
    }

    public Tokenizer Tokenizer()
    {
        var tokenizer = Core.Tokenizers.Tokenizer.Load(Folder);
        TrainingSession.CheckVocabulary(tokenizer, Model.Config);
        return tokenizer;
    }

    public void Dispose()
    {
        adapter?.Dispose();
        Model.Dispose();
    }
}
