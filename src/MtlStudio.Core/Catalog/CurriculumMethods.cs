namespace MtlStudio.Core.Catalog;

internal static class CurriculumMethods
{
    public static readonly MethodDescriptor[] All =
    [
        new() { Kind = MethodKind.Curriculum, Name = "none", Title = "None", Summary = "Every example may be drawn from the first step on.", Helps = "The usual choice: shuffled data is hard to beat." },
        Method("linear", "Linear", "The drawn part grows evenly.", "c(x) = c₀ + (1 − c₀) x", Difficulty),
        Method("root", "Competence (root)", "The drawn part grows quickly at first, so that every example is seen about equally often.", "c(x) = (x (1 − c₀ᵖ) + c₀ᵖ)^(1/p)",
            Difficulty, new() { Name = "power", Type = ParameterType.Number, Title = "Root p", Default = 2.0, Min = 1, Max = 20, Help = "2 is the competence of the paper." })
            with { Paper = "Platanios et al. 2019: Competence-based Curriculum Learning for Neural Machine Translation" },
        Method("geometric", "Geometric", "The drawn part grows slowly at first and then ever faster.", "c(x) = c₀^(1 − x)", Difficulty),
        Method("sigmoid", "Sigmoid", "The drawn part grows slowly, quickly, slowly.", "c(x) = c₀ + (1 − c₀) (σ(k (x − ½)) − σ(−k/2)) / (σ(k/2) − σ(−k/2))",
            Difficulty, new() { Name = "steepness", Type = ParameterType.Number, Title = "Steepness k", Default = 10.0, Min = 0, MinExclusive = true, Max = 100, Help = "The larger, the more sudden." }),
        Method("step", "Stages", "The drawn part grows in stages of equal length.", "c(x) = c₀ + (1 − c₀) ⌊m x⌋ / (m − 1)",
            Difficulty, new() { Name = "stages", Type = ParameterType.Integer, Title = "Stages m", Default = 4, Min = 2, Max = 1000, Help = "How many." }),
        Method("self-paced", "Self-paced", "The examples that the model now finds easiest are drawn; which ones is measured again and again.", "the ⌈c(x) n⌉ examples of lowest loss under the present model, c linear",
            new ParameterDescriptor { Name = "every", Type = ParameterType.Integer, Title = "Measured every", Unit = "steps", Default = 50, Min = 1, Max = 10_000_000, Help = "Steps between measurements of the losses." })
            with { Paper = "Kumar, Packer, Koller 2010: Self-Paced Learning for Latent Variable Models", Cost = "A forward pass over all training examples at each measurement." },
    ];

    private static MethodDescriptor Method(string name, string title, string summary, string formula, params ParameterDescriptor[] own) => new()
    {
        Kind = MethodKind.Curriculum, Name = name, Title = title, Summary = summary, Formula = formula,
        Helps = "Where early steps on hard examples do harm; compare it with none.",
        Parameters =
        [
            .. own,
            new() { Name = "start", Type = ParameterType.Number, Title = "Start c₀", Default = 0.1, Min = 0, MinExclusive = true, Max = 1, Help = "The share of each task's examples, the easiest ones, that is drawn at first." },
            new() { Name = "share", Type = ParameterType.Number, Title = "Length of the curriculum", Default = 0.5, Min = 0, MinExclusive = true, Max = 1, Help = "The share of the run's steps after which all examples are drawn." },
            new() { Name = "anti", Type = ParameterType.Boolean, Title = "Hard first", Default = false, Help = "The other way round, for control: what helps only by its order shows here." },
        ],
    };

    private static ParameterDescriptor Difficulty => new()
    {
        Name = "difficulty", Type = ParameterType.Choice, Title = "Difficulty", Default = "length", Choices = ["length", "loss", "order"],
        Help = "Length: tokens of prompt and answer. Loss: of the untuned model. Order: as the data stands, easy first. A task may name a column of its own instead.",
    };
}
