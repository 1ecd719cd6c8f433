using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Optimizers;

/// <summary>Makes the optimizer a spec names. A new one is one file and one line here.</summary>
public static class OptimizerRegistry
{
    private static readonly Dictionary<string, Func<MethodChoice, FlatParameters, IOptimizer>> Makers = new()
    {
        ["adamw"] = (choice, parameters) => new AdamW(parameters, AdamWOptions.Of(choice)),
        ["adamw-8bit"] = (choice, parameters) => new AdamW8Bit(parameters, AdamWOptions.Of(choice)),
        ["adafactor"] = Adafactor.Of,
        ["lion"] = Lion.Of,
        ["sgd"] = Sgd.Of,
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <exception cref="InvalidInputException">No such optimizer.</exception>
    public static IOptimizer Create(MethodChoice choice, FlatParameters parameters) =>
        Makers.TryGetValue(choice.Name, out var make)
            ? make(choice, parameters)
            : throw new InvalidInputException("optimizer.name", $"There is no optimizer \"{choice.Name}\": choose one of {string.Join(", ", Names)}");
}
