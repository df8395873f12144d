using System.Security.Cryptography;

namespace Orchestrator.Controller.Kinds.Services;

/// <summary>Finds a free place in a range: from a random one on above the reserved part, so that a number isn't used again soon; then in that part.</summary>
internal static class FreePlace
{
    public static int? Find(int count, int reserved, Func<int, bool> isFree) =>
        Within(reserved, count - reserved, isFree) ?? Within(0, reserved, isFree);

    private static int? Within(int first, int count, Func<int, bool> isFree)
    {
        if (count <= 0)
        {
            return null;
        }
        var start = RandomNumberGenerator.GetInt32(count);
        for (var i = 0; i < count; i++)
        {
            var place = first + (int)(((long)start + i) % count);
            if (isFree(place))
            {
                return place;
            }
        }
        return null;
    }
}
