using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;

namespace MtlStudio.Trainer.Commands;

/// <summary>A model with its adapter, for commands that only read it.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly Adapter? adapter;

    private LoadedModel(string folder, CausalLm model, Adapter? adapter) => (Folder, Model, this.adapter) = (folder, model, adapter);

    public string Folder { get; }
    public CausalLm Model { get; }

    /// <exception cref="InvalidInputException">No model or adapter there, or they do not fit.</exception>
    public static LoadedModel Load(string folder, string? adapterFolder, ComputeChoice compute)
    {
        if (File.Exists(Path.Combine(folder, "adapter_config.json")) && !File.Exists(Path.Combine(folder, "config.json")))
            throw new InvalidInputException("--model", $"{folder} holds an adapter: name the base model with --model, and this folder with --adapter");
        var model = CausalLm.Load(folder, new() { Device = compute.Torch });
        try
        {
            return new(folder, model, adapterFolder is null ? null : Adapter.Load(model, adapterFolder));
        }
        catch
        {
            model.Dispose();
            throw;
        }
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
