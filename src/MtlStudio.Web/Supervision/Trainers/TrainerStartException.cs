namespace MtlStudio.Web.Supervision;

/// <summary>An attempt could not be started; the message names the reason and the cure.</summary>
public sealed class TrainerStartException(string message, Exception? inner = null) : Exception(message, inner);
