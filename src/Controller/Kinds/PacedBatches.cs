namespace Orchestrator.Controller.Kinds;

/// <summary>
/// Many writes of one plan. The first are as quick as can be; of a plan with more, the rest are few at a time with pauses between them, so that no
/// workload, however large, keeps others waiting.
/// </summary>
internal static class PacedBatches
{
    /// <summary>Writes under way at once, at most.</summary>
    public const int Widest = 16;
    /// <summary>So many are not paced.</summary>
    private const int Quick = 32;
    private const int Paced = 8;
    /// <summary>A pause is so many times what the batch before it took: the busier the controller, the longer.</summary>
    private const int PauseFactor = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <param name="items">What is acted on, in this order.</param>
    /// <param name="firstBatch">How many at once to begin with; doubles up to the widest.</param>
    /// <param name="act">The first that fails ends it, with its batch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up between batches.</param>
    public static async Task ForEachAsync<T>(T[] items, int firstBatch, Func<T, Task> act, TimeProvider time, CancellationToken cancellationToken)
    {
        var width = firstBatch;
        for (var done = 0; done < items.Length; width = Math.Min(width * 2, Widest))
        {
            var paced = done >= Quick;
            var batch = items[done..Math.Min(done + (paced ? Paced : width), items.Length)];
            var began = time.GetTimestamp();
            await Task.WhenAll(batch.Select(act)).ConfigureAwait(false);
            done += batch.Length;
            var pause = time.GetElapsedTime(began) * PauseFactor;
            if (paced && done < items.Length && pause > TimeSpan.Zero)
            {
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
