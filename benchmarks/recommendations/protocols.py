"""What is compared: the protocols with their targets, and the methods by name."""

import os
import tempfile
from pathlib import Path

WORK = Path(os.environ.get("ALSO_BOUGHT_BENCH", Path(tempfile.gettempdir()) / "also-bought-bench"))
FOLDER = WORK / "recommendations"

# What is asked of each data set: its lists, and by what name the project knows them; the vars that
# state the protocol (never a parameter of a recommender); what is to be reached.
PROTOCOLS = {
    "online_retail": {
        "lists": {"explore": "explore", "all": "for_you", "beside": "with_item"},
        "vars": {"also_bought__evaluation_days": 31},
        "targets": {("explore", "ndcg"): 0.128, ("all", "ndcg"): 0.352, ("beside", "ndcg"): 0.205},
    },
    "complete_journey": {
        "lists": {"explore": "explore", "all": "for_you"},
        "vars": {},
        "targets": {("explore", "ndcg"): 0.0262, ("all", "ndcg"): 0.238},
    },
    "amazon_beauty": {
        "lists": {"explore": "explore", "all": "for_you"},
        "vars": {"also_bought__evaluation_days": 1},
        "targets": {
            ("explore", "hit_rate"): 0.080,
            ("explore", "ndcg"): 0.055,
            ("all", "ndcg"): 0.050,
        },
    },
}
OURS = {
    "also_bought": "Also Bought, the blend alone",
    "also_bought_published": "Also Bought, as published",
}
PEERS = {
    "top_sellers_7_days": "top sellers, 7 days",
    "top_sellers_28_days": "top sellers, 28 days",
    "top_sellers_all_time": "top sellers, all time",
    "own_frequency": "own frequency",
    "own_frequency_half_life_180": "own frequency, half-life 180 days",
    "implicit_als": "implicit, ALS",
    "lenskit_item_knn": "LensKit, item kNN",
    "ease": "EASE",
    "ease_and_trend": "EASE + top sellers, 7 days",
    "tifu_knn": "TIFU-KNN",
    "up_cf": "UP-CF",
    "rp3_beta": "RP3beta",
    "recent_item_knn": "item kNN, recent items counting more",
    "user_knn_idf": "user kNN, rare items counting more",
    "sequence_rules": "directed rules of sequence",
    "item_cosine": "cosine of items, by customers",
    "basket_cosine": "cosine of items, by shopping days",
}
# The lists that a peer can make, where these are not the two for a user.
PEER_LISTS = {
    "top_sellers_7_days": ("explore", "all", "beside"),
    "top_sellers_28_days": ("explore", "all", "beside"),
    "own_frequency": ("all",),
    "own_frequency_half_life_180": ("all",),
    "item_cosine": ("beside",),
    "basket_cosine": ("beside",),
}
